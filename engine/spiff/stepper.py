"""Executes one flow node at a time as a SpiffWorkflow task, and says which sequence flows its tokens leave by.

A case is a marking (:mod:`engine.marking`); SpiffWorkflow's task tree lives only for the moment in which a node runs. So the
age of a case costs nothing, joins belong to the marking, and nothing of the library's own state is ever stored (ADR 2).
"""

import logging
from collections.abc import Callable, MutableMapping
from copy import deepcopy
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway, ServiceTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import FileUnreadable, NoFlowTaken
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_expression, compile_script
from engine.model import Flow, Process, Value
from engine.spiff import xml

CallService = Callable[[str], dict[str, Value]]

for _logger in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_logger).setLevel(logging.WARNING)


class _ReleasedGateway(ParallelGateway):
    """A parallel gateway that the marking has already found to be enabled: it only splits."""

    def _update_hook(self, my_task: Task) -> bool:
        return True

    def _run_hook(self, my_task: Task) -> bool:
        return True


class _RegisteredService(ServiceTask):
    """A service task that calls what the engine was handed under the service's name."""

    def _execute(self, my_task: Task) -> bool:
        return bool(my_task.workflow.script_engine.call_service(my_task))


class _Parser(BpmnParser):
    OVERRIDE_PARSER_CLASSES: ClassVar = {
        xml.bpmn("parallelGateway"): (GatewayParser, _ReleasedGateway),
        xml.bpmn("serviceTask"): (TaskParser, _RegisteredService),
    }
    PROCESS_PARSER_CLASS = ProcessParser


class _SafeScripts(PythonScriptEngine):
    """Evaluates with :mod:`engine.expressions` against the case's variables; nothing reaches Python."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: MutableMapping[str, Value] = {}
        self.decision: str | None = None
        self.service: CallService | None = None

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Value:
        scope = dict(self.variables)
        if self.decision is not None:
            scope["decision"] = self.decision
        return compile_expression(expression).evaluate(scope, VARIABLE_FUNCTIONS)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        self.variables.update(compile_script(script).evaluate(self.variables, VARIABLE_FUNCTIONS))
        return True

    def call_service(self, task: Task, **kwargs: Any) -> bool:
        if self.service is None:
            raise LookupError("no service was handed in")
        self.variables.update(self.service(task.task_spec.name))
        return True


class Stepper:
    """Executes the nodes of one process. It holds no case and may be used by any number of threads."""

    def __init__(self, process: Process, element: etree._Element) -> None:
        """Build SpiffWorkflow's specification of the process.

        Args:
            process: What :func:`engine.spiff.reader.read_process` read.
            element: The ``process`` element it was read from.

        Raises:
            FileUnreadable: SpiffWorkflow refuses the file; ``check`` should have said so before.
        """
        self.process = process
        self._flows = {(flow.source, flow.target): flow for flow in process.flows}
        parser = _Parser()
        try:
            parser.add_bpmn_xml(_as_spiffworkflow_reads_it(element), process.file)
            self._spec = parser.get_spec(process.key)
        except (ValidationException, SpiffWorkflowException) as error:
            raise FileUnreadable(process.file, getattr(error, "line_number", None) or 1, str(error)) from error

    def pass_through(
        self,
        activity_id: str,
        variables: MutableMapping[str, Value],
        *,
        decision: str | None = None,
        service: CallService | None = None,
    ) -> list[Flow]:
        """Run a node and return the flows by which tokens leave it, in the order of the file.

        Args:
            activity_id: The node; a person's task is taken as done.
            variables: The case's variables; a script or service writes to them.
            decision: What was decided in the user task just before, visible to this node alone.
            service: Called with the activity's id when the node is a service task.

        Returns:
            The flows taken; none behind an end event.

        Raises:
            ExecutionFailed: An expression or service failed, or no flow's condition holds; ``variables`` are then
                unchanged.
        """
        scripts = _SafeScripts()
        scripts.variables, scripts.decision, scripts.service = variables, decision, service
        workflow = BpmnWorkflow(self._spec, script_engine=scripts, deserializing=True)
        workflow.task_tree = Task(workflow, self._spec.start, state=TaskState.COMPLETED)
        spec: TaskSpec = self._spec.task_specs[activity_id]
        task = Task(workflow, spec, parent=workflow.task_tree, state=TaskState.FUTURE)
        spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
        task._ready()
        try:
            task.run()
        except SpiffWorkflowException as error:
            raise NoFlowTaken(activity_id) from error
        left = {child.task_spec.name for child in task.children if not child.has_state(TaskState.PREDICTED_MASK)}
        return [flow for flow in self.process.outgoing(activity_id) if flow.target in left]


def _as_spiffworkflow_reads_it(process: etree._Element) -> etree._Element:
    """Return a copy of the file without what the marking does instead: seats, layout, pools, extensions."""
    root = deepcopy(process.getroottree().getroot())
    for tag in ("multiInstanceLoopCharacteristics", "extensionElements", "collaboration", "laneSet", "dataStore"):
        for found in list(root.iter(xml.bpmn(tag))):
            found.getparent().remove(found)
    for diagram in list(root.iter(f"{{{xml.BPMNDI}}}BPMNDiagram")):
        diagram.getparent().remove(diagram)
    for other in list(root.findall(xml.bpmn("process"))):
        if other.get("id") != process.get("id"):
            root.remove(other)
    return root
