using System.Text.RegularExpressions;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;
using static Reeve.Languages.Streams.Functions.BuiltinDefinition;

namespace Reeve.Languages.Streams.Functions;

/// <summary>Questions about one value.</summary>
internal static class PredicateFunctions
{
    public static IEnumerable<BuiltinDefinition> All =>
    [
        Question("not", a => !Truth.Of(a)),
        Question("nil?", a => a is null),
        Question("some?", a => a is not null),
        Question("true?", a => a is true),
        Question("false?", a => a is false),
        Question("boolean?", a => a is bool),
        Question("number?", Numbers.IsNumber),
        Question("integer?", IsInteger),
        Question("int?", a => a is long),
        Question("float?", a => a is double),
        Question("double?", a => a is double),
        Question("ratio?", a => a is StreamNumber { Kind: NumberKind.Ratio }),
        Question("rational?", a => Numbers.IsNumber(a) && a is not double),
        Question("string?", a => a is string),
        Question("char?", a => a is char),
        Question("keyword?", a => a is Keyword),
        Question("symbol?", a => a is Symbol),
        Question("ident?", a => a is Keyword or Symbol),
        Question("map?", Sequences.IsMap),
        Question("vector?", a => a is PVec),
        Question("list?", a => a is PSeq),
        Question("seq?", a => a is PSeq or LazySeq),
        Question("set?", a => a is PSet),
        Question("coll?", Sequences.IsCollection),
        Question("sequential?", a => a is PVec or PSeq or LazySeq),
        Question("associative?", a => a is PMap or StreamEvent or PVec),
        Question("counted?", a => a is PVec or PSeq or PMap or PSet or StreamEvent),
        Question("seqable?", a => a is null or string || Sequences.IsCollection(a)),
        Question("fn?", a => a is Fn and not (Keyword or Symbol or PMap or PSet or PVec)),
        Question("ifn?", a => a is Fn),
        Question("zero?", a => Numbers.Of(a).IsZero),
        Question("pos?", a => Numbers.Of(a).Sign > 0),
        Question("neg?", a => Numbers.Of(a).Sign < 0),
        Question("even?", a => IsEven(a)),
        Question("odd?", a => !IsEven(a)),
        Question("NaN?", a => double.IsNaN(Numbers.Of(a).ToDouble())),
        Question("empty?", a => a is LazySeq lazy ? !lazy.Any() : a is null || Sequences.Count(a) == 0),
        Question("realized?", _ => true),
        One("boolean", a => Truth.Box(Truth.Of(a))),
        One("identity", a => a),
        Question("regex?", a => a is Regex),
        One("class", a => a is null ? null : new Symbol(ClassOf(a))),
        One("type", a => a is null ? null : new Symbol(ClassOf(a))),
    ];

    private static bool IsInteger(object? value) => value is long or StreamNumber { Kind: NumberKind.Big };

    private static bool IsEven(object? value) => IsInteger(value)
        ? Numbers.Of(value).Numerator.IsEven
        : throw StreamError.Argument($"Argument must be an integer: {Printer.Str(value)}");

    private static string ClassOf(object value) => value switch
    {
        string => "java.lang.String",
        long => "java.lang.Long",
        double => "java.lang.Double",
        bool => "java.lang.Boolean",
        char => "java.lang.Character",
        StreamNumber { Kind: NumberKind.Ratio } => "clojure.lang.Ratio",
        StreamNumber => "clojure.lang.BigInt",
        Keyword => "clojure.lang.Keyword",
        Symbol => "clojure.lang.Symbol",
        PVec => "clojure.lang.PersistentVector",
        PMap => "clojure.lang.PersistentArrayMap",
        PSet => "clojure.lang.PersistentHashSet",
        StreamEvent => "riemann.codec.Event",
        StreamError error => error.Kind,
        _ => "java.lang.Object",
    };
}
