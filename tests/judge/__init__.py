"""A second judge: plays a BPMN file by BPMN 2.0.2 chapter 13, with no code of the engine but its expressions."""
