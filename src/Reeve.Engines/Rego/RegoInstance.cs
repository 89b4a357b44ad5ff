using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Languages.Rego.Values;

namespace Reeve.Engines.Rego;

/// <summary>
/// One key of a policy. The policy remembers nothing; the key remembers which checks found something, so that one of which the policy
/// does not speak any more has passed.
/// </summary>
internal sealed class RegoInstance : IProgramInstance
{
    private readonly RegoPolicyProgram _program;
    private ImmutableSortedSet<string> _open = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public RegoInstance(RegoPolicyProgram program, JsonElement saved)
    {
        _program = program;
        if (saved.ValueKind == JsonValueKind.Array)
        {
            _open = _open.Union(saved.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.String).Select(s => s.GetString()!));
        }
    }

    /// <inheritdoc/>
    public DateTimeOffset? NextTimer => null;

    /// <inheritdoc/>
    public bool IsIdle => _open.Count == 0;

    /// <inheritdoc/>
    public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
    {
        var said = _program.Ask(input, out var failed);
        if (failed is not null)
        {
            verdicts.Add(failed);
            return;
        }

        var verdict = RegoVerdict.Read(said ?? ObjectValue.Empty, input.Signal);
        var silent = _open.Except(verdict.Checks.Select(c => c.Name));
        _open = [.. verdict.Checks.Where(c => c.Findings.Length > 0).Select(c => c.Name)];
        verdicts.Add(silent.Count == 0
            ? verdict
            : verdict with { Checks = verdict.Checks.AddRange(silent.Select(name => new CheckVerdict(name, []))) });
    }

    /// <inheritdoc/>
    public void OnTimer(in EvaluationInput input, List<Verdict> verdicts)
    {
        // it asks for no timer
    }

    /// <inheritdoc/>
    public JsonElement Save() => IsIdle ? default : Names();

    /// <inheritdoc/>
    public JsonElement Describe() => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("checks_with_findings");
        Names().WriteTo(writer);
        writer.WriteEndObject();
    });

    private JsonElement Names() => Json.Build(writer =>
    {
        writer.WriteStartArray();
        foreach (var name in _open)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    });
}
