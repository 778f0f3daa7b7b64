"""收文: what comes in is received, registered, reviewed, instructed upon, allocated, handled, read and closed.

Clauses named here are those of 《党政机关公文处理工作条例》 (中办发〔2012〕14号), which other bodies may follow (第四十条). The
order of the steps is that of practice; each step's rules hang on its kind, wherever a director draws it.
"""
