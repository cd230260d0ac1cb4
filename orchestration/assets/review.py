"""A decision about matches or exceptions as a Dagster op: what the launchpad asks is what `tieout review` does."""

import dagster as dg
from pydantic import Field

from orchestration.assets.failure import deliberate_errors
from orchestration.resources import WorkspaceResource
from orchestration.review_step import Request, decide


class ReviewConfig(dg.Config):
    """The options of `tieout review`."""

    action: str = Field(description="confirm, reject, regroup, explain, undo or learn.")
    by: str = Field(description="Who decides.")
    reason: str = Field(default="", description="Why; only confirming needs none.")
    ids: list[str] = Field(
        default=[], description="Matches, exceptions or objects in them; decisions to undo."
    )
    left: list[str] = Field(default=[], description="Objects of the left side (regroup).")
    right: list[str] = Field(default=[], description="Objects of the right side (regroup).")
    kind: str = Field(default="", description="Kind of match, where the objects do not tell (regroup).")
    code: str = Field(default="", description="What explains it, such as in_transit (explain).")


@dg.op(name="decide_review", out=dg.Out(list[str]))
def decide_review(
    context: dg.OpExecutionContext, config: ReviewConfig, workspace: WorkspaceResource
) -> list[str]:
    """Append one decision, or one per id, to the journal; ids of what was appended."""
    request = Request(
        action=config.action,
        by=config.by,
        reason=config.reason,
        ids=tuple(config.ids),
        left=tuple(config.left),
        right=tuple(config.right),
        kind=config.kind,
        code=config.code,
    )
    with deliberate_errors():
        answer = decide(workspace.workspace, request)
    for decision in answer.unchanged:
        context.log.info(f"Nothing changed: {decision.by} decided so already ({decision.decision_id}).")
    written = [decision.decision_id for decision in answer.written]
    context.add_output_metadata({"decisions": written, "unchanged": len(answer.unchanged)})
    return written
