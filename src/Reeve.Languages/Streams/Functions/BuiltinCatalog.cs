using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Functions;

/// <summary>A built-in function: its name, how many arguments it takes, and how a run makes it.</summary>
internal sealed record BuiltinDefinition(string Name, int Least, int Most, Func<StreamRun, NativeFn.Body> Make)
{
    public static BuiltinDefinition Plain(string name, int least, int most, NativeFn.Body body) => new(name, least, most, _ => body);

    public static BuiltinDefinition One(string name, Func<object?, object?> body) => new(name, 1, 1, _ => args => body(args[0]));

    public static BuiltinDefinition Two(string name, Func<object?, object?, object?> body) =>
        new(name, 2, 2, _ => args => body(args[0], args[1]));

    public static BuiltinDefinition Question(string name, Func<object?, bool> body) =>
        new(name, 1, 1, _ => args => Truth.Box(body(args[0])));
}

/// <summary>All built-in functions by name.</summary>
internal static class BuiltinCatalog
{
    private static readonly (string Alias, string Name)[] Aliases =
    [
        ("tagged", "tagged-all"), ("window", "moving-event-window"), ("combine", "smap"), ("stream", "sdo"), ("update-index", "index"),
        ("ref-set", "reset!"), ("alter", "swap!"), ("commute", "swap!"), ("vswap!", "swap!"), ("vreset!", "reset!"),
        ("ref", "atom"), ("volatile!", "atom"), ("println", "prn"), ("print", "prn"), ("info", "prn"), ("warn", "prn"),
        ("error", "prn"), ("debug", "prn"), ("Integer/parseInt", "Long/parseLong"), ("Float/parseFloat", "Double/parseDouble"),
        ("expt", "Math/pow"), ("Long/valueOf", "Long/parseLong"), ("String/valueOf", ".toString"),
        ("unchecked-add", "+"), ("floor", "Math/floor"), ("ceil", "Math/ceil"), ("sqrt", "Math/sqrt"), ("ex-message", ".getMessage"),
        ("lower-case", "string/lower-case"), ("upper-case", "string/upper-case"), ("ensure", "deref"), ("doall", "dorun*"),
            ("dorun", "dorun*"),
    ];

    private static readonly Dictionary<string, BuiltinDefinition> All = Gather();

    public static IEnumerable<string> Names => All.Keys;

    public static BuiltinDefinition? Find(string name) => All.GetValueOrDefault(name);

    private static Dictionary<string, BuiltinDefinition> Gather()
    {
        var all = new Dictionary<string, BuiltinDefinition>(StringComparer.Ordinal);
        IEnumerable<BuiltinDefinition>[] families =
        [
            NumberFunctions.All, PredicateFunctions.All, CollectionFunctions.All, SequenceFunctions.All, HigherFunctions.All,
            TextFunctions.All, FoldFunctions.All, SinkFunctions.All, EventFunctions.All, FilterFunctions.All, WindowFunctions.All,
            TimeFunctions.All,
        ];
        foreach (var definition in families.SelectMany(f => f))
        {
            all.Add(definition.Name, definition);
        }

        foreach (var (alias, name) in Aliases)
        {
            all.Add(alias, all[name] with { Name = alias });
        }

        return all;
    }
}
