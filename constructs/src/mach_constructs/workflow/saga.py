"""A saga in the Amazon States Language: steps in order, and the way back from each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from mach_constructs.workflow.callee import Callee, patience_of, worst_of
from mach_constructs.workflow.retry import ANY_ERROR, Retry
from mach_constructs.workflow.step import Step

COMPENSATION_FAILED = "Compensation failed"
"""State in which an execution ends when something could not be undone."""

# Errors after which nobody knows whether the step had its effect; all others come from the handler, which raised, or
# from Lambda, which did not invoke it. The last one is no part of ANY_ERROR: the answer was over 256 KiB.
_WITHOUT_ANSWER = (
    "States.Timeout",
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Lambda.Unknown",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "States.DataLimitExceeded",
)
_BEGIN, _REPORT, _UNDONE, _FAILED = "Begin", "Report failure", "All undone", "Failed"


@dataclass(frozen=True, kw_only=True)
class Saga:
    """Steps, and who is called for each.

    Attributes:
        steps: In the order they are taken.
        callees: The function of every handler.
        on_failure: Handler that hears of a failed run after everything was undone, if any.
        waiting: The resource of tasks that end by a callback.
    """

    steps: Sequence[Step]
    callees: Mapping[str, Callee]
    on_failure: str | None
    waiting: str = "arn:aws:states:::lambda:invoke.waitForTaskToken"

    @property
    def definition(self) -> dict[str, object]:
        """The state machine."""
        begin = {
            "Type": "Pass",
            "Parameters": {"input.$": "$", "results": {}, "undone": {}, "compensation_failures": {}},
            "Next": self.steps[0].name,
        }
        states: dict[str, object] = {_BEGIN: begin}
        for index, step in enumerate(self.steps):
            states[step.name] = self._step(index, step)
        for index in reversed(range(len(self.steps))):
            step = self.steps[index]
            if step.compensation is not None:
                states[_undo(step)] = self._compensation(index, step, step.compensation)
        states |= self._ending()
        return {"StartAt": _BEGIN, "States": states}

    @property
    def longest_seconds(self) -> int:
        """How long a run takes when everything takes as long as it may and fails as often."""
        return int(sum(self._durations()))

    def _durations(self) -> Iterator[float]:
        for step in self.steps:
            yield worst_of(step.retries, patience_of(step, self.callees[step.handler]))
            if step.compensation is not None:
                yield worst_of(step.compensation_retries, self.callees[step.compensation].patience_seconds)
        if self.on_failure is not None:
            yield worst_of((Retry(),), self.callees[self.on_failure].patience_seconds)

    def _step(self, index: int, step: Step) -> dict[str, object]:
        state = self._task(step.name, step.handler, key=step.name)
        if step.callback_timeout is not None:
            state |= {
                "Resource": self.waiting,
                "Parameters": {
                    "FunctionName": state["Resource"],
                    "Payload": {**cast(dict[str, object], state["Parameters"]), "task_token.$": "$$.Task.Token"},
                },
                "TimeoutSeconds": patience_of(step, self.callees[step.handler]),
            }
        state["ResultPath"] = f"$.results.{step.name}"
        state["Retry"] = [rule.definition for rule in step.retries]
        state["Catch"] = self._catches(index, step)
        if index + 1 < len(self.steps):
            return {**state, "Next": self.steps[index + 1].name}
        return {**state, "End": True}

    def _catches(self, index: int, step: Step) -> list[dict[str, object]]:
        back = self._back_from(index - 1)
        if step.compensation is None:
            return [_catch(("States.DataLimitExceeded",), "$.failure", back), _catch((ANY_ERROR,), "$.failure", back)]
        own = _undo(step)
        if step.refusals is None:
            return [_catch(_WITHOUT_ANSWER, "$.failure", own), _catch((ANY_ERROR,), "$.failure", back)]
        return [
            _catch(step.refusal_names, "$.failure", back),
            _catch(("States.DataLimitExceeded",), "$.failure", own),
            _catch((ANY_ERROR,), "$.failure", own),
        ]

    def _compensation(self, index: int, step: Step, handler: str) -> dict[str, object]:
        state = self._task(step.name, handler, key=f"{step.name}/compensation", also=["failure"])
        following = self._back_from(index - 1)
        return {
            **state,
            "ResultPath": f"$.undone.{step.name}",
            "Retry": [rule.definition for rule in step.compensation_retries],
            "Catch": [
                # The handler ran to its end; only what it said was too long.
                _catch(("States.DataLimitExceeded",), f"$.undone.{step.name}", following),
                _catch((ANY_ERROR,), f"$.compensation_failures.{step.name}", following),
            ],
            "Next": following,
        }

    def _task(self, name: str, handler: str, *, key: str, also: Sequence[str] = ()) -> dict[str, object]:
        callee = self.callees[handler]
        return {
            "Type": "Task",
            "Resource": callee.arn,
            "Parameters": {
                "step": name,
                "execution.$": "$$.Execution.Name",
                "retries.$": "$$.State.RetryCount",
                "idempotency_key.$": f"States.Format('{{}}/{key}', $$.Execution.Name)",
                **{f"{field}.$": f"$.{field}" for field in ("input", "results", *also)},
            },
            "TimeoutSeconds": callee.patience_seconds,
        }

    def _back_from(self, index: int) -> str:
        for step in reversed(self.steps[: index + 1]):
            if step.compensation is not None:
                return _undo(step)
        return _REPORT if self.on_failure is not None else self._verdict

    @property
    def _verdict(self) -> str:
        return _UNDONE if any(step.compensation is not None for step in self.steps) else _FAILED

    def _ending(self) -> dict[str, object]:
        states: dict[str, object] = {
            _FAILED: {"Type": "Fail", "ErrorPath": "$.failure.Error", "CausePath": "$.failure.Cause"}
        }
        compensated = [step.name for step in self.steps if step.compensation is not None]
        if compensated:
            states[_UNDONE] = {
                "Type": "Choice",
                "Choices": [
                    {"Variable": f"$.compensation_failures.{name}", "IsPresent": True, "Next": COMPENSATION_FAILED}
                    for name in compensated
                ],
                "Default": _FAILED,
            }
            states[COMPENSATION_FAILED] = {
                "Type": "Fail",
                "Error": "CompensationFailed",
                "CausePath": "States.JsonToString($.compensation_failures)",
            }
        if self.on_failure is not None:
            states[_REPORT] = {
                **self._task(
                    "on_failure", self.on_failure, key="on_failure", also=["failure", "compensation_failures"]
                ),
                "ResultPath": "$.report",
                "Retry": [Retry().definition],
                "Catch": [
                    _catch((error,), "$.report", self._verdict) for error in ("States.DataLimitExceeded", ANY_ERROR)
                ],
                "Next": self._verdict,
            }
        return states


def _undo(step: Step) -> str:
    return f"Undo {step.name}"


def _catch(errors: Sequence[str], result_path: str, following: str) -> dict[str, object]:
    return {"ErrorEquals": list(errors), "ResultPath": result_path, "Next": following}
