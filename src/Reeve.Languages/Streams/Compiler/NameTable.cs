using Reeve.Languages.Streams.Functions;

namespace Reeve.Languages.Streams.Compiler;

/// <summary>
/// What the names of a program mean beyond its local ones: its definitions, properties, sinks and the built-in functions.
/// </summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, int> _globals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(Namespaces.Known, StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _sinks;

    public NameTable(IReadOnlyList<string> sinks) => _sinks = sinks;

    /// <summary>The built-in functions that the program uses, in the order in which a run makes them.</summary>
    public List<BuiltinDefinition> Used { get; } = [];

    public int GlobalCount => _globals.Count;

    public IEnumerable<string> All => _globals.Keys.Concat(_sinks).Concat(BuiltinCatalog.Names);

    public int? Global(string name) => _globals.TryGetValue(name, out var index) ? index : null;

    public int Define(string name)
    {
        if (!_globals.TryGetValue(name, out var index))
        {
            index = _globals[name] = _globals.Count;
        }

        return index;
    }

    public void Alias(string alias, string full) => _aliases[alias] = Namespaces.Known.GetValueOrDefault(full, full);

    /// <summary>The name without a namespace whose functions have no prefix of their own.</summary>
    public string Plain(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == name.Length - 1)
        {
            return name;
        }

        var space = _aliases.GetValueOrDefault(name[..slash], name[..slash]);
        return space.Length == 0 ? name[(slash + 1)..] : $"{space}/{name[(slash + 1)..]}";
    }

    public int? Builtin(string name)
    {
        var plain = Plain(name);
        if (_used.TryGetValue(plain, out var index))
        {
            return index;
        }

        var found = _sinks.Contains(plain) ? SinkFunctions.Define(plain) : BuiltinCatalog.Find(plain);
        if (found is null)
        {
            return null;
        }

        Used.Add(found);
        return _used[plain] = Used.Count - 1;
    }

    public bool Constant(string name, out object? value)
    {
        value = Plain(name) switch
        {
            "infinity" => double.PositiveInfinity,
            "-infinity" => double.NegativeInfinity,
            "Math/PI" => Math.PI,
            "Math/E" => Math.E,
            "Long/MAX_VALUE" => long.MaxValue,
            "Long/MIN_VALUE" => long.MinValue,
            _ => null,
        };
        return value is not null;
    }
}

/// <summary>The namespaces whose functions are here, and under which prefix; none for those that every program sees.</summary>
internal static class Namespaces
{
    public static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["riemann.folds"] = "folds",
        ["folds"] = "folds",
        ["clojure.string"] = "string",
        ["string"] = "string",
        ["str"] = "string",
        ["clojure.set"] = "set",
        ["set"] = "set",
        ["clojure.core"] = "",
        ["riemann.streams"] = "",
        ["streams"] = "",
        ["riemann.config"] = "",
        ["riemann.common"] = "",
        ["common"] = "",
        ["riemann.core"] = "",
        ["riemann.test"] = "",
        ["test"] = "",
        ["riemann.time"] = "",
        ["time"] = "",
        ["clojure.tools.logging"] = "",
        ["clojure.math.numeric-tower"] = "",
        ["riemann.logging"] = "logging",
        ["java.lang.Math"] = "Math",
    };
}

/// <summary>What programs of others call and what is refused here, each with its reason.</summary>
internal static class Refusals
{
    private static readonly HashSet<string> Outside = new(StringComparer.Ordinal)
    {
        "slurp", "spit", "System/exit", "System/getenv", "System/getProperty", "Thread/sleep", "Thread.", "future", "promise", "agent",
        "send-off", "pmap", "sh", "load-file", "load-string", "Runtime/getRuntime", "with-open", "proxy", "reify", "gen-class",
        "System/currentTimeMillis", "System/nanoTime", "rand", "rand-int", "rand-nth", "shuffle",
    };

    private static readonly HashSet<string> Code = new(StringComparer.Ordinal)
    {
        "eval", "defmacro", "resolve", "ns-resolve", "intern", "alter-var-root", "with-redefs", "binding", "var", "import",
        "defrecord", "defprotocol", "deftype", "defmulti", "defmethod", "extend-protocol", "extend-type",
    };

    public static string? Reason(string name)
    {
        if (Outside.Contains(name))
        {
            return $"`{name}` is not allowed: a program reaches no file, process, network, clock or chance of its machine";
        }

        if (Code.Contains(name))
        {
            return $"`{name}` is not allowed: a program makes no code and no types while it runs";
        }

        return name.Length > 1 && (name[^1] == '.' || (name.Contains('/', StringComparison.Ordinal) && char.IsAsciiLetterUpper(name[0])))
            ? $"`{name}` is not allowed: of the classes of the JVM programs see only a few functions"
            : null;
    }
}

/// <summary>Finds the name that was probably meant.</summary>
internal static class Near
{
    public static string Hint(string name, IEnumerable<string> known)
    {
        string? best = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) <= least && Distance(name, candidate, least) is var distance
                && (distance < least || (distance == least && best is not null && Shared(name, candidate) > Shared(name, best))))
            {
                (best, least) = (candidate, distance);
            }
        }

        return best is null ? "" : $"; did you mean `{best}`?";
    }

    private static int Shared(string a, string b) => a.Zip(b).TakeWhile(p => p.First == p.Second).Count();

    // how many letters to change, add, leave out, or swap with their neighbour
    private static int Distance(string a, string b, int limit)
    {
        if (a.Length > 64 || b.Length > 64)
        {
            return limit;
        }

        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
