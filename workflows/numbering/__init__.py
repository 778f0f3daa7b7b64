"""Numbers that are given once, in order, without gap or twin: 发文字号, 收文号, 期号 and others, each in its series."""
