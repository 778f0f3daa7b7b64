"""公文: drafted, reviewed, countersigned, signed, numbered, issued.

Clauses named here are those of 《党政机关公文处理工作条例》 (中办发〔2012〕14号), which other bodies may follow (第四十条).
"""
