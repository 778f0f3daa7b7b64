"""流程修改: a change of a flow is itself a case, drafted by one person, approved by another, and deployed by the flow."""
