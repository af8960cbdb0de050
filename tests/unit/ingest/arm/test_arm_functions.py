"""Each function gives what Microsoft's documentation says that it gives.

Source: Azure docs, template-functions-array, -cidr, -comparison, -date, -lambda,
-logical, -numeric, -object and -string, read 2026-11.
"""

import pytest

from arm_templates import value
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import Rest, Unknown

OBJECT = "createObject('one', 'a', 'two', 'b')"

DOCUMENTED: list[tuple[str, object]] = [
    # strings
    ("base64('one, two, three')", "b25lLCB0d28sIHRocmVl"),
    ("base64ToString('b25lLCB0d28sIHRocmVl')", "one, two, three"),
    (
        "base64ToJson('eydvbmUnOiAnYScsICd0d28nOiAnYid9')",
        Fault,
    ),
    ('base64ToJson(base64(\'{"one": "a", "two": "b"}\'))', {"one": "a", "two": "b"}),
    ("concat('prefix', '-', 'x')", "prefix-x"),
    ("concat('a', 1, true())", "a1True"),
    (
        "concat(createArray('1-1', '1-2'), createArray('2-1'))",
        ["1-1", "1-2", "2-1"],
    ),
    ("contains('OneTwoThree', 'e')", True),
    ("contains('OneTwoThree', 'z')", False),
    ("contains('OneTwoThree', 'one')", False),
    (f"contains({OBJECT}, 'ONE')", True),
    ("contains(createArray('one', 'two'), 'two')", True),
    ("contains(createArray('one', 'two'), 'Two')", False),
    ("dataUri('Hello')", "data:text/plain;charset=utf8;base64,SGVsbG8="),
    (
        "dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')",
        "Hello, World!",
    ),
    ("empty('')", True),
    ("empty(null())", True),
    ("empty(createArray())", True),
    ("empty(createObject())", True),
    ("empty('x')", False),
    ("endsWith('abcdef', 'ef')", True),
    ("endsWith('abcdef', 'F')", True),
    ("endsWith('abcdef', 'e')", False),
    ("startsWith('abcdef', 'ab')", True),
    ("startsWith('abcdef', 'A')", True),
    ("startsWith('abcdef', 'e')", False),
    ("first('One Two Three')", "O"),
    ("first('')", ""),
    ("first(createArray('one', 'two'))", "one"),
    ("last('One Two Three')", "e"),
    ("last(createArray('one', 'two', 'three'))", "three"),
    (
        "format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)",
        "Hello, User. Formatted number: 8,175,133",
    ),
    ("format('{0:C}', 1)", Unknown),
    ("format('{0}, {1}.', 'Hello', 'User')", "Hello, User."),
    ("format('{0:D3}|{0:X}|{0:000}|{0,4}|{0,-4}|', 10)", "010|A|010|  10|10  |"),
    ("format('{{{0}}}', 1)", "{1}"),
    ("format('{0} {1}', true(), createArray(1, 'a'))", 'True [1,"a"]'),
    ("indexOf('test', 't')", 0),
    ("indexOf('abcdef', 'CD')", 2),
    ("indexOf('abcdef', 'z')", -1),
    ("indexOf(createArray('one', 'two', 'three'), 'two')", 1),
    ("lastIndexOf('test', 't')", 3),
    ("lastIndexOf('abcdef', 'AB')", 0),
    ("lastIndexOf(createArray('one', 'two', 'one'), 'one')", 2),
    ("join(createArray('one', 'two', 'three'), ';')", "one;two;three"),
    ('json(\'{"a": "b"}\')', {"a": "b"}),
    ("json('null')", None),
    ("json('[1, true]')", [1, True]),
    ("length('One Two Three')", 13),
    ("length(createArray('one', 'two', 'three'))", 3),
    (f"length({OBJECT})", 2),
    ("padLeft('123', 10, '0')", "0000000123"),
    ("padLeft(7, 3)", "  7"),
    ("replace('123-123-1234', '-', '')", "1231231234"),
    ("replace('123-123-1234', '1234', 'xxxx')", "123-123-xxxx"),
    ("skip('one two three', 4)", "two three"),
    ("skip(createArray('one', 'two', 'three'), 2)", ["three"]),
    ("skip(createArray('one'), 5)", []),
    ("split('one,two,three', ',')", ["one", "two", "three"]),
    ("split('one;two,three', createArray(',', ';'))", ["one", "two", "three"]),
    ("string(true())", "True"),
    ("string(createObject('a', createArray(1, null())))", '{"a":[1,null]}'),
    ("substring('one two three', 4, 3)", "two"),
    ("substring('one two three', 4)", "two three"),
    ("take('one two three', 2)", "on"),
    ("take(createArray('one', 'two', 'three'), 2)", ["one", "two"]),
    ("take('one', -1)", ""),
    ("toLower('One Two Three')", "one two three"),
    ("toUpper('One Two Three')", "ONE TWO THREE"),
    ("trim('    one two three   ')", "one two three"),
    (
        "uri('http://contoso.org/firstpath', 'myscript.sh')",
        "http://contoso.org/myscript.sh",
    ),
    (
        "uri('http://contoso.org/firstpath/', 'myscript.sh')",
        "http://contoso.org/firstpath/myscript.sh",
    ),
    (
        "uriComponent('http://contoso.com/resources/nested/azuredeploy.json')",
        "http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fazuredeploy.json",
    ),
    ("uriComponentToString('http%3A%2F%2Fcontoso.com')", "http://contoso.com"),
    # arrays
    ("array(1)", [1]),
    ("array('efgh')", ["efgh"]),
    ("array(createArray('a'))", ["a"]),
    ("createArray('a', 'b')", ["a", "b"]),
    ("createArray()", []),
    (
        "intersection(createArray('one', 'two', 'three'), createArray('two', 'three'))",
        ["two", "three"],
    ),
    (
        (
            "intersection(createObject('one', 'a', 'two', 'b', 'three', 'c'), "
            "createObject('one', 'a', 'two', 'z', 'three', 'c'))"
        ),
        {"one": "a", "three": "c"},
    ),
    ("max(0, 3, 2, 5, 4)", 5),
    ("max(createArray(0, 3, 2, 5, 4))", 5),
    ("min(0, 3, 2, 5, 4)", 0),
    ("range(5, 3)", [5, 6, 7]),
    ("range(5, 0)", []),
    ("range(0, 10001)", Fault),
    (
        (
            "union(createArray('one', 'two', 'three'), "
            "createArray('three', 'four', 'two'))"
        ),
        ["one", "two", "three", "four"],
    ),
    (
        "union(createObject('one', 'a', 'two', 'b'), createObject('two', 'c', 'd', 1))",
        {"one": "a", "two": "c", "d": 1},
    ),
    (
        (
            "union(createObject('p', createObject('one', 'a', 'two', createArray(1))), "
            "createObject('p', createObject('two', createArray(2))))"
        ),
        {"p": {"one": "a", "two": [2]}},
    ),
    ("tryGet(createArray('a'), 1)", None),
    ("tryGet(createArray('a'), 0)", "a"),
    ("tryGet(createObject('a', createObject('b', 1)), 'a', 'b')", 1),
    ("tryGet(createObject('a', 1), 'b', 'c')", None),
    ("indexFromEnd(createArray('apple', 'orange', 'banana'), 2)", "orange"),
    ("tryIndexFromEnd(createArray('apple'), 2)", None),
    # objects
    (
        "createObject('int', 1, 'null', null(), 'list', createArray('a'))",
        {"int": 1, "null": None, "list": ["a"]},
    ),
    ("createObject('a')", Fault),
    (
        "items(createObject('b', 2, 'a', 1))",
        [{"key": "a", "value": 1}, {"key": "b", "value": 2}],
    ),
    ("objectKeys(createObject('b', 2, 'a', 1))", ["a", "b"]),
    (
        (
            "shallowMerge(createArray(createObject('p', createObject('a', 1)), "
            "createObject('p', createObject('b', 2))))"
        ),
        {"p": {"b": 2}},
    ),
    # comparison
    ("coalesce(null(), null(), 'default')", "default"),
    ("coalesce(null(), 1, 'x')", 1),
    ("coalesce(null())", None),
    ("equals(1, 1)", True),
    ("equals('a', 'A')", False),
    (f"equals({OBJECT}, createObject('two', 'b', 'one', 'a'))", True),
    ("equals(createArray('a', 'b'), createArray('b', 'a'))", False),
    ("equals(1, '1')", False),
    ("equals(null(), '')", False),
    ("less(1, 2)", True),
    ("less('A', 'a')", True),
    ("lessOrEquals(2, 2)", True),
    ("greater(1, 2)", False),
    ("greaterOrEquals('A', 'a')", False),
    ("less(1, 'a')", Fault),
    # logic
    ("and(equals('a', 'a'), bool('true'), equals(1, 1))", True),
    ("or(bool('false'), equals('a', 'b'))", False),
    ("not(bool('true'))", False),
    ("bool(1)", True),
    ("bool(0)", False),
    ("if(equals('a', 'a'), 'yes', 'no')", "yes"),
    ("if(false(), int('no number'), 'no')", "no"),
    ("or(true(), bool('neither'))", True),
    ("if('yes', 1, 2)", Fault),
    # numbers
    ("add(5, 3)", 8),
    ("sub(7, 3)", 4),
    ("mul(5, 3)", 15),
    ("div(8, 3)", 2),
    ("div(sub(0, 7), 2)", -3),
    ("mod(7, 3)", 1),
    ("div(1, 0)", Fault),
    ("int('4')", 4),
    ("float('3.0')", 3.0),
    # addresses
    (
        "parseCidr('10.144.0.0/20')",
        {
            "network": "10.144.0.0",
            "netmask": "255.255.240.0",
            "broadcast": "10.144.15.255",
            "firstUsable": "10.144.0.1",
            "lastUsable": "10.144.15.254",
            "cidr": 20,
        },
    ),
    (
        "parseCidr('fdad:3236:5555::/48')",
        {
            "network": "fdad:3236:5555::",
            "netmask": "ffff:ffff:ffff::",
            "firstUsable": "fdad:3236:5555::",
            "lastUsable": "fdad:3236:5555:ffff:ffff:ffff:ffff:ffff",
            "cidr": 48,
        },
    ),
    ("cidrSubnet('10.144.0.0/20', 24, 0)", "10.144.0.0/24"),
    ("cidrSubnet('10.144.0.0/20', 24, 4)", "10.144.4.0/24"),
    ("cidrSubnet('fdad:3236:5555::/48', 52, 1)", "fdad:3236:5555:1000::/52"),
    ("cidrSubnet('10.144.0.0/20', 16, 0)", Fault),
    ("cidrSubnet('10.144.0.0/20', 24, 16)", Fault),
    ("cidrHost('10.144.3.0/24', 0)", "10.144.3.1"),
    ("cidrHost('10.144.3.0/24', 4)", "10.144.3.5"),
    ("cidrHost('fdad:3236:5555:3000::/52', 0)", "fdad:3236:5555:3000::"),
    ("parseCidr('10.0.0.0/40')", Fault),
    # dates
    ("dateTimeFromEpoch(1683040573)", "2023-05-02T15:16:13Z"),
    ("dateTimeToEpoch('2023-05-02T15:16:13Z')", 1683040573),
    (
        "dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y', 'yyyy-MM-dd')",
        "2023-04-07",
    ),
    (
        "dateTimeAdd('2020-04-07 14:53:14Z', '-P9D', 'yyyy-MM-ddTHH:mm:ssZ')",
        "2020-03-29T14:53:14Z",
    ),
    ("dateTimeAdd('2020-01-31 00:00:00Z', 'P1M', 'yyyy-MM-dd')", "2020-02-29"),
    ("dateTimeAdd('2020-04-07 14:53:14Z', 'PT1H')", Unknown),
    ("dateTimeAdd('2020-04-07', 'a day')", Fault),
    # functions of functions
    (
        (
            "map(createArray('Evie', 'Casper'), lambda('d', "
            "concat('Hi ', lambdaVariables('d'))))"
        ),
        ["Hi Evie", "Hi Casper"],
    ),
    (
        (
            "map(createArray('a', 'b'), lambda('x', 'i', concat(lambdaVariables('x'), "
            "lambdaVariables('i'))))"
        ),
        ["a0", "b1"],
    ),
    (
        "filter(range(0, 10), lambda('i', greater(lambdaVariables('i'), 5)))",
        [6, 7, 8, 9],
    ),
    (
        (
            "reduce(createArray(5, 3, 2), 0, lambda('sum', 'next', "
            "add(lambdaVariables('sum'), lambdaVariables('next'))))"
        ),
        10,
    ),
    (
        (
            "reduce(createArray(1, 1, 1), 0, lambda('sum', 'next', 'i', "
            "add(lambdaVariables('sum'), lambdaVariables('i'))))"
        ),
        3,
    ),
    (
        (
            "sort(createArray(8, 3, 10), lambda('a', 'b', "
            "less(lambdaVariables('a'), lambdaVariables('b'))))"
        ),
        [3, 8, 10],
    ),
    (
        (
            "toObject(createArray('x', 'y'), lambda('e', lambdaVariables('e')), "
            "lambda('e', length(lambdaVariables('e'))))"
        ),
        {"x": 1, "y": 1},
    ),
    (
        (
            "groupBy(createArray('foo', 'bar', 'baz'), lambda('e', "
            "substring(lambdaVariables('e'), 0, 1)))"
        ),
        {"f": ["foo"], "b": ["bar", "baz"]},
    ),
    (
        (
            "mapValues(createObject('a', 'foo'), lambda('v', "
            "toUpper(lambdaVariables('v'))))"
        ),
        {"a": "FOO"},
    ),
    (
        (
            "map(createArray(createArray(1)), lambda('a', map(lambdaVariables('a'), "
            "lambda('b', add(lambdaVariables('b'), length(lambdaVariables('a')))))))"
        ),
        [[2]],
    ),
    ("map('no list', lambda('x', 1))", Fault),
    ("lambdaVariables('x')", Fault),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTED, ids=lambda it: str(it)[:60])
def test_a_function_gives_what_is_documented(text: str, expected: object) -> None:
    if expected is Fault:
        with pytest.raises(Fault):
            value(text)
    elif expected is Unknown:
        assert isinstance(value(text), Unknown)
    else:
        found = value(text)
        assert found == expected
        assert type(found) is type(expected) or isinstance(found, dict | list)


@pytest.mark.parametrize(
    "text",
    [
        "substring('abc', 2, 5)",
        "replace('abc', '', 'x')",
        "padLeft('a', 3, '00')",
        "concat(createArray(1), 'x')",
        "format('{1}', 'x')",
        "format('{', 'x')",
        "int('x')",
        "bool('x')",
        "contains(null(), 'x')",
        "union(createArray(), createObject())",
        "shallowMerge(createArray(1))",
        "filter(createArray(1), lambda('x', 'text'))",
        "sort(createArray(2, 1), lambda('a', 'b', 1))",
        "map(createArray(1), 'no function')",
        "map(createArray(1), lambda('a', 'b', 'c', 1))",
        "toLower(1)",
        "add('1', 1)",
        "length()",
        "nothingOfThatName(1)",
        "contoso.nothing(1)",
        "createArray('a')[1]",
        "createObject('a', 1).b",
        "'text'.part",
        "indexFromEnd(createArray(1), 2)",
        "base64ToString('!')",
        "json('{')",
        "uniqueString()",
    ],
)
def test_a_call_that_means_nothing_is_a_fault(text: str) -> None:
    with pytest.raises(Fault):
        value(text)


def test_names_are_found_in_any_case() -> None:
    parameters = {"Name": {"type": "string", "defaultValue": "x"}}

    assert value("TOUPPER(PARAMETERS('nAME'))", parameters=parameters) == "X"
    assert value("createObject('Key', 1).kEY") == 1


def test_flatten_joins_arrays_and_keeps_what_is_not_known_of_them() -> None:
    assert value("flatten(createArray(createArray(1, 2), createArray(3)))") == [1, 2, 3]
    found = value("flatten(createArray(createArray(1), parameters('list')))")
    assert found[0] == 1
    assert isinstance(found[1], Rest)
    with pytest.raises(Fault):
        value("flatten(createArray(1))")
