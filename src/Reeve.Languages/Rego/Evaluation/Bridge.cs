using Reeve.Languages.Rego.Builtins;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Gives the built-ins what they see of an evaluation.</summary>
internal static class Bridge
{
    public static BuiltinContext Create(EvaluationInput input, Context context, CancellationToken cancellation)
    {
        var time = input.Time ?? TimeProvider.System.GetUtcNow();
        return new()
        {
            Time = time,
            Seed = input.Seed ?? (ulong)time.Ticks,
            Environment = input.Environment,
            AllowNetwork = input.AllowNetwork,
            Cancellation = cancellation,
            Note = context.Tracer is { } tracer
                ? text => tracer.Trace(new(TraceKind.Note, context.Depth, text, context.Current?.Location ?? Syntax.Location.None))
                : null,
            Check = context.Check,
        };
    }
}
