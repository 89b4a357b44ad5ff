using System.Collections.Concurrent;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Scripts;

/// <summary>Runs the scripts of one template by name.</summary>
internal sealed class ScriptCalls(PolicyTemplate template, IScripts scripts, TimeProvider clock)
{
    private const int MostLines = 10_000;

    private readonly ConcurrentQueue<string> _console = new();

    /// <summary>What all of them logged, each line with the name of its script.</summary>
    public IReadOnlyCollection<string> Console => _console;

    public async Task<(object? Value, string? Error)> RunAsync(string name, List<object?> arguments, CancellationToken cancellationToken)
    {
        if (template.Block("script", name) is not { } script || script.Value("code") is not StringTerm code)
        {
            return (null, $"the template has no script `{name}`");
        }

        var named = script.Field("parameters") is not { } list ? []
            : list.Arguments is [ArrayTerm array] ? array.Items : list.Arguments;
        var parameters = named.OfType<StringTerm>().Select(p => p.Value).ToList();
        var yielded = await scripts.RunAsync(
            new ScriptUse(name, code.TextLine, parameters, code.Value, script.Text("result") ?? "result", arguments, clock.GetUtcNow()),
            cancellationToken);
        foreach (var line in yielded.Console)
        {
            if (_console.Count < MostLines)
            {
                _console.Enqueue($"{name}: {line}");
            }
        }

        return yielded.Error is null ? (yielded.Value, null) : (null, $"script `{name}`: {yielded.Error}");
    }
}
