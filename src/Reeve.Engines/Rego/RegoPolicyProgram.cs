using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Values;
using CoreInput = Reeve.Core.Evaluation.EvaluationInput;
using RegoEvaluation = Reeve.Languages.Rego.Evaluation.EvaluationInput;

namespace Reeve.Engines.Rego;

/// <summary>A compiled policy; all its keys ask the same program.</summary>
internal sealed class RegoPolicyProgram(RegoSource source, RegoProgram program, Policy policy) : IInlineProgram
{
    private readonly PreparedDocument _package = program.Document(source.Package);
    private readonly Value _properties = RegoJson.Value(policy.Properties);

    // an evaluation runs on the owner of the key, and others wait behind it
    private readonly EvaluationLimits _limits = EvaluationLimits.Default with
    {
        Time = source.Timeout,
        Steps = 5_000_000,
        AllocatedBytes = 256L << 20,
        Elements = 1_000_000,
        Depth = 500,
    };

    /// <inheritdoc/>
    public IProgramInstance Open(JsonElement saved) => new RegoInstance(this, saved);

    /// <summary>The document of the package; what went wrong is a verdict.</summary>
    public ObjectValue? Ask(in CoreInput input, out Verdict? failed)
    {
        var decision = _package.Evaluate(
            new RegoEvaluation
            {
                Input = RegoInput.Of(input, _properties, source.WantsMembers),
                Data = source.Data,
                Time = input.Now,
                Limits = _limits,
            },
            CancellationToken.None);
        failed = decision.Error is { } error ? Verdict.Failed(error.ToString()) : null;
        return decision.Value as ObjectValue;
    }
}
