"""What may be said of a DMN file: the rule's id, its weight, and the sentence a director reads."""

from engine.spiff.rules import Rule

UNREADABLE = Rule("dmn_unreadable", "error", "决策文件无法读取：{reason}。请用设计器重新导出 DMN 文件。")
TOO_LARGE = Rule("dmn_too_large", "error", "文件中的决策表超过 {limit} 格，请分成几个文件。")
ID = Rule("dmn_id", "error", "决策的标识“{id}”缺少、重复或含有特殊符号，请为每个决策起一个不同的英文标识。")
EMPTY = Rule("dmn_empty", "error", "{what}，请画一张有输出列和规则的决策表，或写一个表达式。")
UNSUPPORTED = Rule("dmn_unsupported", "error", "暂不支持“{tag}”，请改用决策表或一个 FEEL 表达式。")
HIT_POLICY = Rule(
    "dmn_hit_policy",
    "error",
    "命中策略“{policy}”不能使用：{reason}。请改用 UNIQUE、FIRST、ANY、RULE ORDER 或 COLLECT。",
)
LANGUAGE = Rule("dmn_language", "error", "表达式语言“{language}”暂不支持，请改用 FEEL。")
EXPRESSION = Rule(
    "dmn_expression",
    "error",
    '“{source}”不能接受：{reason}（第 {column} 列）。请写值、比较或范围，例如 "甲"、< 10、[1..10]、1,5,7、not(3)。',
)
TYPE = Rule(
    "dmn_type", "error", "类型“{type}”暂不支持，请改用 string、number、integer、long、double、boolean 或 date。"
)
VALUE = Rule("dmn_value", "error", "“{source}”不合本列的类型 {type}：{reason}。请改正该值，或改列的类型。")
OUTPUT = Rule("dmn_output", "error", "输出列“{name}”不能使用：{reason}。")
COLUMNS = Rule("dmn_columns", "error", "规则 {rule} 有 {cells} 格，而表有 {columns} 列，请在设计器中补齐。")
REQUIRED = Rule("dmn_required", "error", "所需的决策“{required}”不能使用：{reason}。")
BARE_WORD = Rule(
    "dmn_bare_word", "warning", '“{name}”没有加引号，将当作变量读取。如果是文字，请写成 "{name}"（半角双引号）。'
)
