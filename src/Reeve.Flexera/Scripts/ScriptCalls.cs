using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.JavaScript;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Scripts;

/// <summary>Runs the scripts of one template by name.</summary>
internal sealed class ScriptCalls(PolicyTemplate template, IScriptRunner runner, TimeProvider clock, RowSpool spool)
{
    private const int MostLines = 10_000;

    private static readonly TimeSpan _search = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<string> _console = new();

    /// <summary>What all of them logged, each line with the name of its script.</summary>
    public IReadOnlyCollection<string> Console => _console;

    /// <summary>Runs one for a <c>run_script</c>; the arguments are the values of its terms behind the script's name.</summary>
    public async Task<(object? Value, string? Error)> RunAsync(
        Definition run, IReadOnlyList<object?> arguments, CancellationToken cancellationToken)
    {
        var name = ((ReferenceTerm)run.Arguments[0]).Name;
        if (template.Block("script", name) is not { } script || script.Value("code") is not StringTerm code)
        {
            return (null, $"the template has no script `{name}`");
        }

        var named = script.Field("parameters") is not { } list ? []
            : list.Arguments is [ArrayTerm array] ? array.Items : list.Arguments;
        var parameters = named.OfType<StringTerm>().Select(p => p.Value).Take(arguments.Count).ToList();
        var call = new ScriptCall(
            name, code.Value, script.Text("result") ?? "result", [.. parameters.Select((p, i) => KeyValuePair.Create(p, arguments[i]))],
            clock.GetUtcNow())
        {
            Streamed = parameters
                .Where((p, i) => arguments[i] is RowList && IsOnlyIterated(p, code.Value)).ToHashSet(StringComparer.Ordinal),
            Spool = spool,
        };
        var outcome = await runner.RunAsync(call, cancellationToken);
        foreach (var line in outcome.Console)
        {
            if (_console.Count < MostLines)
            {
                _console.Enqueue($"{name}: {line}");
            }
        }

        var place = outcome.Line > 0
            ? string.Create(CultureInfo.InvariantCulture, $"line {code.TextLine + outcome.Line - 1}: ") : "";

        // a script that hands its rows over one by one, and had none
        var value = outcome.Value is null && code.Value.Contains("appendToResult", StringComparison.Ordinal)
            ? new List<object?>() : outcome.Value;
        return outcome.Error is null ? (value, null) : (null, $"script `{name}`: {place}{outcome.Error}");
    }

    // rows that are never all asked for at once need not be objects at once
    private static bool IsOnlyIterated(string parameter, string code)
    {
        try
        {
            var name = Regex.Escape(parameter);
            var iterated = Regex.Count(code, $@"\bgetIterator\s*\(\s*{name}\s*\)", RegexOptions.None, _search);
            return iterated > 0 && iterated == Regex.Count(code, $@"(?<![\w$]){name}(?![\w$])", RegexOptions.None, _search);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
