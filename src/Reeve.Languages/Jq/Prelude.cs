namespace Reeve.Languages.Jq;

/// <summary>The built-in functions that are written in the language itself.</summary>
internal static class Prelude
{
    private const string Text = """
        def map(f): [.[] | f];
        def map_values(f): .[] |= f;
        def select(f): if f then . else empty end;
        def values: select(. != null);
        def nulls: select(. == null);
        def booleans: select(type == "boolean");
        def numbers: select(type == "number");
        def strings: select(type == "string");
        def arrays: select(type == "array");
        def objects: select(type == "object");
        def iterables: select(type == "array" or type == "object");
        def scalars: select(type != "array" and type != "object");
        def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
        def from_entries: reduce .[] as $x ({};
            . + {($x | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name
                    elif has("Name") then .Name elif has("Key") then .Key elif has("K") then .K else null end) else . end
                  | if type == "string" then . elif type == "null" then "null" else tojson end):
                 ($x | if type == "object" then (if has("value") then .value elif has("v") then .v elif has("Value") then .Value
                    elif has("V") then .V else null end) else null end)});
        def with_entries(f): to_entries | map(f) | from_entries;
        def paths: path(..) | select(length > 0);
        def paths(f): . as $v | paths | select(. as $p | $v | getpath($p) | f);
        def leaf_paths: paths(scalars);
        def del(f): delpaths([path(f)]);
        def any: reduce .[] as $x (false; . or $x);
        def all: reduce .[] as $x (true; . and $x);
        def any(f): any(.[]; f);
        def all(f): all(.[]; f);
        def any(g; c): isempty(first(g | c | select(.))) | not;
        def all(g; c): isempty(first(g | c | select(. | not)));
        def isempty(g): label $go | (first(g | false), true) | ., break $go;
        def add(f): reduce f as $x (null; . + $x);
        def in(o): . as $k | o | has($k);
        def inside(o): . as $k | o | contains($k);
        def first: .[0];
        def last: .[-1];
        def last(f): reduce f as $x (null; $x);
        def nth($n): .[$n];
        def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
        def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
        def combinations(n): . as $d | [range(n)] | map($d) | combinations;
        def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
        def env: $ENV;
        def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
        def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
        def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
        def fromdate: fromdateiso8601;
        def date: todate;
        def dateadd(u; n): . + n;
        def datesub(u; n): . - n;
        def match($re): match($re; null);
        def match($re; $flags): if $re | type == "array" then _match($re[0]; $re[1] // null) else _match($re; $flags) end;
        def test($re): test($re; null);
        def test($re; $flags): isempty(first(match($re; $flags))) | not;
        def capture($re): capture($re; null);
        def capture($re; $flags): match($re; $flags) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
        def scan($re): scan($re; null);
        def scan($re; $flags): match($re; "g" + $flags) | if (.captures | length) > 0 then [.captures[].string] else .string end;
        def split($re; $flags): . as $s
            | [foreach ((match($re; $flags + "g") | [.offset, .length]), null) as $m
                ({at: 0, out: null}; if $m == null then .out = $s[.at:] else .out = $s[.at:$m[0]] | .at = $m[0] + $m[1] end; .out)];
        def splits($re): splits($re; null);
        def splits($re; $flags): split($re; $flags) | .[];
        def sub($re; str): sub($re; str; "");
        def sub($re; str; $flags): . as $s
            | def made: [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
              reduce (match($re; $flags), null) as $m ({outs: [""], at: 0};
                if $m == null then .at as $at | .outs |= map(. + $s[$at:])
                else .at as $at | .outs as $outs
                  | [$outs[] as $o | ($m | made | str) as $new
                     | if $new | type == "string" then $o + $s[$at:$m.offset] + $new
                       else error("\($new | tojson) cannot be added to a string") end] as $next
                  | {outs: $next, at: ($m.offset + $m.length)} end)
            | .outs[];
        def gsub($re; str): sub($re; str; "g");
        def gsub($re; str; $flags): sub($re; str; $flags + "g");
        def ascii: [.] | implode;
        def tostream:
            def parts($p): if (type == "array" or type == "object") and length > 0
                then keys_unsorted as $names | ($names[] as $n | .[$n] | parts($p + [$n])), [$p + [$names[-1]]]
                else [$p, .] end;
            parts([]);
        def fromstream(f): foreach f as $event ({whole: null, isDone: false};
            if .isDone then {whole: null, isDone: false} else . end
            | if ($event | length) == 1 then .isDone = (($event[0] | length) == 1)
              elif ($event[0] | length) == 0 then {whole: $event[1], isDone: true}
              else .whole |= setpath($event[0]; $event[1]) end;
            if .isDone then .whole else empty end);
        def truncate_stream(s): . as $n | null | s | if (.[0] | length) > $n then .[0] |= .[$n:] else empty end;
        def IN(s): any(s == .; .);
        def IN(src; s): any(src == s; .);
        def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
        def INDEX(f): INDEX(.[]; f);
        def pick(f): . as $v | reduce path(f) as $p (null; setpath($p; $v | getpath($p)));
        def debug(f): .;
        def finites: select(isinfinite or isnan | not);
        def normals: select(isnormal);
        def toarray: if type == "array" then . else [.] end;
        def have_literal_numbers: true;
        def have_decnum: false;
        def halt_error: error;
        def input_line_number: 0;
        def max_by(f): if length == 0 then null else reduce .[1:][] as $x ([.[0], (.[0] | [f])];
            ($x | [f]) as $k | if $k >= .[1] then [$x, $k] else . end) | .[0] end;
        def min_by(f): if length == 0 then null else reduce .[1:][] as $x ([.[0], (.[0] | [f])];
            ($x | [f]) as $k | if $k < .[1] then [$x, $k] else . end) | .[0] end;
        def sort_by(f): _sort_by([.[] | [f]]);
        def group_by(f): _group_by([.[] | [f]]);
        def unique_by(f): [group_by(f)[] | .[0]];
        def ltrimstr($x): if type == "string" and ($x | type == "string") and startswith($x) then .[($x | length):] else . end;
        def rtrimstr($x): if type == "string" and ($x | type == "string") and endswith($x) and $x != ""
            then .[:length - ($x | length)] else . end;
        def trimstr($x): ltrimstr($x) | rtrimstr($x);
        def error(f): f | error;
        def abs: if type == "number" and . < 0 then -. elif type == "number" then .
            else error("\(type) (\(tojson)) has no absolute value") end;
        def bsearch($x): . as $a | {lo: 0, hi: length} | until(.lo >= .hi; ((.lo + .hi) / 2 | floor) as $m
            | if $a[$m] < $x then .lo = $m + 1 else .hi = $m end) | if $a[.lo] == $x and .lo < ($a | length) then .lo else -1 - .lo end;
        def skip($n; f): if $n > 0 then foreach f as $x ($n; . - 1; if . < 0 then $x else empty end)
            elif $n == 0 then f else error("Invalid arguments: skip doesn't support negative count") end;
        .
        """;

    /// <summary>By name and number of parameters.</summary>
    public static readonly Dictionary<string, FunctionDefinition> Definitions = Read();

    private static Dictionary<string, FunctionDefinition> Read()
    {
        var definitions = new Dictionary<string, FunctionDefinition>(StringComparer.Ordinal);
        var node = new Parser(Text).Program();
        while (node is Define define)
        {
            definitions[define.Definition.Key] = define.Definition;
            node = define.Rest;
        }

        return definitions;
    }
}
