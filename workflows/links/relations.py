"""How one case can hang on another; each says what the later case is to the earlier."""

RELATIONS = frozenset(
    """follows issued_from reply_to agenda_from discussed_at decided_at supervises assigned_from merged_into arranged_for
    minutes_of""".split()
)
"""follows: came out of it, without further meaning · issued_from: 收文转发文 · reply_to: 复文 · agenda_from: 由批示提出的议题
· discussed_at: 上会 · decided_at: 议定事项 · supervises: 督办 · assigned_from: 转任务交办 · merged_into: 并入
· arranged_for: 会务 · minutes_of: 纪要."""
