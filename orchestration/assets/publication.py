"""The published file as an asset: made only after every blocking check passed."""

import dagster as dg

from orchestration.assets.failure import deliberate_errors
from orchestration.assets.models import dbt_models
from orchestration.assets.raw import OWNERS, WRITER_POOL
from orchestration.gate_steps import pictures_of
from orchestration.resources import WorkspaceResource
from orchestration.run_context import RunContext
from orchestration.steps import publish_candidate

SHOWN_PICTURES = 2  # of the books with most subscribers; the report has the others
MART_KEYS = sorted(key for key in dbt_models.keys if key.path[0] == "marts")


@dg.asset(
    key=["published", "tieout"],
    deps=MART_KEYS,
    group_name="publish",
    kinds={"duckdb"},
    owners=OWNERS,
    pool=WRITER_POOL,
)
def publication(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The DuckDB file that people query: a compacted copy of the candidate, put in place in one rename."""
    run = RunContext.load(workspace.workspace)
    with deliberate_errors():
        manifest = publish_candidate(workspace.workspace, run)
    tables = manifest["tables"]
    pictures = pictures_of(workspace.workspace)[:SHOWN_PICTURES]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(table["rows"] for table in tables.values()),
            "path": dg.MetadataValue.path(str(workspace.workspace.published_db)),
            "report": dg.MetadataValue.path(str(workspace.workspace.quality / "report.html")),
            "as_of": manifest["as_of"],
            "code_version": manifest["code_version"],
            **(
                {"subscriptions": dg.MetadataValue.md("\n\n".join(one.as_markdown() for one in pictures))}
                if pictures
                else {}
            ),
            "tables": dg.MetadataValue.md(
                "\n".join(
                    [
                        "| table | rows | content hash |",
                        "|---|---|---|",
                        *(
                            f"| {name} | {table['rows']} | `{table['content_hash']}` |"
                            for name, table in tables.items()
                        ),
                    ]
                )
            ),
        }
    )
