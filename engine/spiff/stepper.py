"""Executes one flow node at a time as a SpiffWorkflow task, and says which sequence flows its tokens leave by.

A case is a marking (:mod:`engine.marking`); SpiffWorkflow's task tree lives only for the moment in which a node runs. So the
age of a case costs nothing, joins and events belong to the marking, and nothing of the library's own state is ever stored
(ADR 2). The library's specifications are built from the :class:`engine.process.Process`, one output for each sequence flow: its
XML parser refuses much of what people draw.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway, InclusiveGateway, NoneTask, ScriptTask, ServiceTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import NoFlowTaken
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_expression, compile_script, compile_value
from engine.model import Value, Variables
from engine.process import Activity, Flow, Process

CarryOut = Callable[[Activity, Variables], Variables]
CALLED = frozenset({"serviceTask", "sendTask", "businessRuleTask"})

for _logger in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_logger).setLevel(logging.WARNING)


class _Choice(InclusiveGateway):
    """A node that leaves by every flow whose condition holds; the marking has already joined what comes in."""

    def _update_hook(self, my_task: Task) -> bool:
        return True

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        return True


class _Called(ServiceTask):
    """A task that is carried out by a function that the engine was handed."""

    def _execute(self, my_task: Task) -> bool:
        return bool(my_task.workflow.script_engine.call_service(my_task))


class _SafeScripts(PythonScriptEngine):
    """Evaluates with :mod:`engine.expressions` against what the token sees; nothing reaches Python."""

    def __init__(self, scope: Variables, carry_out: Callable[[], Variables] | None = None) -> None:
        super().__init__()
        self.assigned: dict[str, Value] = {}
        self._scope = scope
        self._carry_out = carry_out

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Value:
        return compile_expression(expression).evaluate(self._scope, VARIABLE_FUNCTIONS)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        self.assigned.update(compile_script(script).evaluate(self._scope, VARIABLE_FUNCTIONS))
        return True

    def call_service(self, task: Task, **kwargs: Any) -> bool:
        if self._carry_out is not None:
            self.assigned.update(self._carry_out())
        return True


class Stepper:
    """Executes the nodes of one definition. It holds no case and may be used by any number of threads."""

    def __init__(
        self, process: Process, tables: Mapping[str, Callable[[Activity, Variables], Variables]] | None = None
    ) -> None:
        """Build SpiffWorkflow's specification of a definition.

        Args:
            process: The main process with all it calls.
            tables: What carries out a business rule task, by the id of the decision it names.
        """
        self.process = process
        self._tables = tables or {}
        self._work = BpmnProcessSpec(f"{process.key}.work")
        self._ways = BpmnProcessSpec(f"{process.key}.ways")
        for activity in process.activities.values():
            if activity.element == "scriptTask":
                self._work.start.connect(ScriptTask(self._work, _named(activity.id), activity.script))
            elif activity.element in CALLED:
                self._work.start.connect(_Called(self._work, _named(activity.id)))
            self._add_ways(activity)

    def _add_ways(self, activity: Activity) -> None:
        flows = self.process.outgoing(activity.id)
        spec = self._node(activity, flows)
        self._ways.start.connect(spec)  # the library runs no task that nothing leads to
        ordered = sorted(flows, key=lambda flow: flow.is_default) if isinstance(spec, ExclusiveGateway) else flows
        for flow in ordered:
            output = SimpleBpmnTask(self._ways, f"-> {flow.id}")
            chosen = flow.condition is not None and not flow.is_default
            if not chosen and isinstance(spec, _Choice) and not flow.is_default:
                spec.connect_outgoing_if("true", output)  # a flow without condition is always taken
            elif chosen and isinstance(spec, _Choice | ExclusiveGateway):
                spec.connect_outgoing_if(flow.condition, output)
            else:
                spec.connect(output)

    def _node(self, activity: Activity, flows: tuple[Flow, ...]) -> TaskSpec:
        if activity.element == "exclusiveGateway" and any(flow.condition for flow in flows):
            return ExclusiveGateway(self._ways, _named(activity.id))
        conditional = any(flow.condition is not None and not flow.is_default for flow in flows)
        if activity.element != "parallelGateway" and conditional:
            return _Choice(self._ways, _named(activity.id))
        return NoneTask(self._ways, _named(activity.id))

    def carry_out(self, activity_id: str, scope: Variables, service: CarryOut) -> dict[str, Value]:
        """Carry out a script, service, send or business rule task.

        Args:
            activity_id: The task.
            scope: What its token sees.
            service: Called with the task and the scope when it is a service or send task.

        Returns:
            The variables it assigns.

        Raises:
            ExecutionFailed: An expression, decision table or service failed; nothing is assigned then.
        """
        activity = self.process.activity(activity_id)
        call = self._tables[activity.decision_table] if activity.decision_table else service
        scripts = _SafeScripts(scope, lambda: call(activity, scope))
        self._run(self._work, activity_id, scripts)
        return scripts.assigned

    def ways_out(self, activity_id: str, scope: Variables) -> list[Flow]:
        """Return the flows by which a token leaves a node, in the order of the file.

        Args:
            activity_id: The node; whatever it does is taken as done.
            scope: What its token sees, with ``decision`` directly behind a person's task.

        Raises:
            ExecutionFailed: A condition failed, or no flow's condition holds and none is the default.
        """
        try:
            task = self._run(self._ways, activity_id, _SafeScripts(scope))
        except SpiffWorkflowException as error:
            if isinstance(self._ways.task_specs[_named(activity_id)], _Choice | ExclusiveGateway):
                raise NoFlowTaken(activity_id) from error
            raise
        left = {child.task_spec.name for child in task.children if not child.has_state(TaskState.PREDICTED_MASK)}
        return [flow for flow in self.process.outgoing(activity_id) if f"-> {flow.id}" in left]

    def value(self, text: str, scope: Variables) -> Value:
        """Return what an attribute of the model stands for: ``${…}`` is evaluated, any other text is itself.

        Raises:
            ExecutionFailed: The expression cannot be evaluated with these values.
        """
        return compile_value(text).evaluate(scope, VARIABLE_FUNCTIONS)

    @staticmethod
    def _run(process_spec: BpmnProcessSpec, activity_id: str, scripts: _SafeScripts) -> Task:
        workflow = BpmnWorkflow(process_spec, script_engine=scripts, deserializing=True)
        workflow.task_tree = Task(workflow, process_spec.start, state=TaskState.COMPLETED)
        spec: TaskSpec = process_spec.task_specs[_named(activity_id)]
        task = Task(workflow, spec, parent=workflow.task_tree, state=TaskState.FUTURE)
        spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
        task._ready()
        task.run()
        return task


def _named(activity_id: str) -> str:
    """Return the name of a node's specification; the library keeps names such as ``Start`` and ``End`` for itself."""
    return f"@ {activity_id}"
