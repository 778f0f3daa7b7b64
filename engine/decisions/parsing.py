"""From the pieces of an S-FEEL text to its tree. There is no way back in it, so it takes as long as the text."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.decisions.syntax import (
    TESTS,
    Both,
    Call,
    Chain,
    Comparison,
    Either,
    If,
    In,
    ListOf,
    Literal,
    Matches,
    Name,
    Negative,
    Node,
    Not,
    Subject,
    Within,
    walk,
)
from engine.decisions.temporal import Unfit, day, instant, moment, span
from engine.decisions.terms import Term
from engine.decisions.tokens import Token, tokens
from engine.errors import ExpressionInvalid
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.limits import MOST_NODES
from engine.expressions.reasons import BAD_NAME, BAD_NUMBER, NOT_ACCEPTED, NOT_AN_EXPRESSION, TOO_LARGE
from engine.expressions.values import plain

SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">="})
LONGEST_NUMBER = 30
DEEPEST = 25
WORD_VALUES: Mapping[str, Term] = {"true": True, "false": False, "null": None}
TEMPORAL: Mapping[str, Callable[[object], Term]] = {"date": day, "date and time": instant, "duration": span}
NO_SUBJECT = "只有输入格中可以用“?”"
NEGATION_ALONE = "not(…) 后面不能再接其他条件"


class Parser:
    """Reads one source; ``names`` are the variables it speaks of."""

    def __init__(self, source: str, *, with_subject: bool) -> None:
        self.names: set[str] = set()
        self._source = source
        self._tokens = tokens(source)
        self._at = 0
        self._depth = 0
        self._with_subject = with_subject
        if len(self._tokens) > MOST_NODES:
            raise ExpressionInvalid(source, TOO_LARGE)

    def whole(self, part: Callable[[], Node]) -> Node:
        """Return what ``part`` reads if nothing is left after it."""
        node = part()
        if self._ahead.kind != "end":
            raise self._refused(NOT_AN_EXPRESSION)
        return node

    def tests(self) -> Node:
        """Read unary tests, divided by commas: the value under test must meet one of them."""
        nodes = [self._test()]
        while self._take(","):
            nodes.append(self._test())
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def expression(self) -> Node:
        """Read an expression."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refused(TOO_LARGE)
        node = self._choice() if self._take("if") else self._several("or", Either, self._conjunction)
        self._depth -= 1
        return node

    @property
    def _ahead(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str | None:
        """Step over the next piece if it is one of these signs or words."""
        token = self._ahead
        if token.kind not in ("sign", "word") or token.text not in texts:
            return None
        self._at += 1
        return token.text

    def _expect(self, *texts: str) -> str:
        taken = self._take(*texts)
        if taken is None:
            raise self._refused(NOT_AN_EXPRESSION)
        return taken

    def _refused(self, reason: str) -> ExpressionInvalid:
        return ExpressionInvalid(self._source, reason, self._ahead.column)

    def _test(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refused(TOO_LARGE)
        node = self._test_inside()
        self._depth -= 1
        return node

    def _test_inside(self) -> Node:
        if self._take("not"):
            self._expect("(")
            node: Node = Not(self.tests())
            self._expect(")")
            if self._ahead.text in ("and", "or"):
                raise self._refused(NEGATION_ALONE)
            return node
        if sign := self._take(*SIGNS):
            return Comparison(sign, Subject(), self._sum())
        if self._is_range():
            return self._range(Subject())
        node = self.expression()
        is_test = isinstance(node, TESTS) or any(isinstance(one, Subject) for one in walk(node))
        return node if is_test else Matches(node)

    def _is_range(self) -> bool:
        """Look ahead for two dots before the bracket closes."""
        if self._ahead.kind != "sign" or self._ahead.text not in ("[", "(", "]"):
            return False
        depth = 0
        for token in self._tokens[self._at + 1 :]:
            if token.kind != "sign":
                continue
            if token.text == ".." and depth == 0:
                return True
            depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
            if depth < 0 or (depth == 0 and token.text == ","):
                return False
        return False

    def _range(self, value: Node) -> Node:
        above = ">=" if self._expect("[", "(", "]") == "[" else ">"
        low = self._sum()
        self._expect("..")
        high = self._sum()
        below = "<=" if self._expect("]", ")", "[") == "]" else "<"
        return Within(value, above, low, below, high)

    def _choice(self) -> Node:
        condition = self.expression()
        self._expect("then")
        then = self.expression()
        self._expect("else")
        return If(condition, then, self.expression())

    def _conjunction(self) -> Node:
        return self._several("and", Both, self._comparison)

    def _several(self, word: str, kind: type[Both] | type[Either], part: Callable[[], Node]) -> Node:
        nodes = [part()]
        while self._take(word):
            nodes.append(part())
        return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))

    def _comparison(self) -> Node:
        left = self._sum()
        if sign := self._take(*SIGNS):
            return Comparison(sign, left, self._sum())
        if self._take("between"):
            low = self._sum()
            self._expect("and")
            return Within(left, ">=", low, "<=", self._sum())
        return In(left, self._tests_after_in()) if self._take("in") else left

    def _tests_after_in(self) -> Node:
        outside, self._with_subject = self._with_subject, True
        if not self._is_range() and self._take("("):
            node = self.tests()
            self._expect(")")
        else:
            node = self._range(Subject()) if self._is_range() else Matches(self._sum())
        self._with_subject = outside
        return node

    def _sum(self) -> Node:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._factor))

    def _chain(self, signs: tuple[str, str], part: Callable[[], Node]) -> Node:
        first, following = part(), []
        while sign := self._take(*signs):
            following.append((sign, part()))
        return Chain(first, tuple(following)) if following else first

    def _factor(self) -> Node:
        minus = 0
        while self._take("-"):
            minus += 1
        node = self._operand()
        if minus % 2 == 0:
            return node
        if isinstance(node, Literal) and isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
            return Literal(-node.value)
        return Negative(node)

    def _operand(self) -> Node:
        token = self._ahead
        if token.kind == "end":
            raise self._refused(NOT_AN_EXPRESSION)
        self._at += 1
        match token.kind, token.text:
            case "number", text:
                if len(text) > LONGEST_NUMBER:
                    raise ExpressionInvalid(self._source, BAD_NUMBER, token.column)
                return Literal(plain(Decimal(text)))
            case "text", text:
                return Literal(text)
            case "name", name:
                return self._call(token) if self._take("(") else self._named(name, token)
            case "word", "true" | "false" | "null" as word:
                return Literal(WORD_VALUES[word])
            case "word", "not":
                self._expect("(")
                return Not(self._closed(")"))
            case "sign", "?":
                if not self._with_subject:
                    raise ExpressionInvalid(self._source, NO_SUBJECT, token.column)
                return Subject()
            case "sign", "@":
                return self._at_literal()
            case "sign", "(":
                return self._closed(")")
            case "sign", "[":
                return ListOf(self._elements("]"))
        raise ExpressionInvalid(self._source, NOT_AN_EXPRESSION, token.column)

    def _named(self, name: str, token: Token) -> Node:
        if any(part.startswith("__") for part in name.split(".")):
            raise ExpressionInvalid(self._source, BAD_NAME, token.column)
        self.names.add(name)
        return Name(name)

    def _closed(self, bracket: str) -> Node:
        node = self.expression()
        self._expect(bracket)
        return node

    def _elements(self, bracket: str) -> tuple[Node, ...]:
        if self._take(bracket):
            return ()
        nodes = [self.expression()]
        while self._take(","):
            nodes.append(self.expression())
        self._expect(bracket)
        return tuple(nodes)

    def _call(self, token: Token) -> Node:
        arguments = self._elements(")")
        if token.text in TEMPORAL:
            match arguments:
                case (Literal(str() as text),):
                    return Literal(self._read(TEMPORAL[token.text], text, token))
                case (_,):
                    return Call(token.text, arguments)
            raise ExpressionInvalid(self._source, NOT_ACCEPTED, token.column)
        if token.text not in VARIABLE_FUNCTIONS:
            raise ExpressionInvalid(self._source, f"没有函数 {token.text}", token.column)
        return Call(token.text, arguments)

    def _at_literal(self) -> Node:
        token = self._ahead
        if token.kind != "text":
            raise self._refused(NOT_AN_EXPRESSION)
        self._at += 1
        return Literal(self._read(span if token.text.lstrip("-").startswith("P") else moment, token.text, token))

    def _read(self, function: Callable[[object], Term], text: str, token: Token) -> Term:
        try:
            return function(text)
        except Unfit as error:
            raise ExpressionInvalid(self._source, str(error), token.column) from error
