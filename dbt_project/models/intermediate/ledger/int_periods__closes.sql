select period_id, status, prepared_by, approved_by, closed_at, posting_count, content_hash, sha256
from {{ source('journal', 'closes') }}
