using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>All that an evaluation is given.</summary>
public sealed record EvaluationInput
{
    /// <summary>The document <c>input</c>; null means undefined.</summary>
    public Value? Input { get; init; }

    /// <summary>The base documents under <c>data</c>. The default is an empty object.</summary>
    public Value Data { get; init; } = ObjectValue.Empty;

    /// <summary>A failing built-in ends the evaluation with its error; otherwise its result is undefined. The default is false.</summary>
    public bool StrictBuiltinErrors { get; init; }

    /// <summary>The environment that <c>opa.runtime()</c> shows. The default is empty.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The time that <c>time.now_ns()</c> answers. The default is the clock of <see cref="TimeProvider.System"/>.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The seed of everything random. The default is taken from the clock.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Where it is stopped.</summary>
    public EvaluationLimits Limits { get; init; } = EvaluationLimits.Default;

    /// <summary>True when built-ins may reach the network. The default is false.</summary>
    public bool AllowNetwork { get; init; }

    /// <summary>Told of each step; null is faster. The default is null.</summary>
    public IEvaluationTracer? Tracer { get; init; }

    /// <summary>Told of each <c>print</c>: the place and the text; null means that prints are not evaluated. The default is null.</summary>
    public Action<Syntax.Location, string>? Print { get; init; }
}
