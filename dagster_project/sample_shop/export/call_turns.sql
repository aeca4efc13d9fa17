select
    key_text('call_', call_key) as call_id,
    turn_no,
    speaker,
    text,
    start_ms,
    end_ms,
    xor(call_key, turn_no::ubigint) as row_key,
    begins_at as sort_at,
    part
from turns_said
where not is_webhook
