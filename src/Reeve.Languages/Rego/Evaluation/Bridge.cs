using Reeve.Languages.Rego.Builtins;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Gives the built-ins what they see of an evaluation.</summary>
internal static class Bridge
{
    /// <summary>Makes the context of built-ins ready, the same object for each evaluation that uses this context.</summary>
    public static BuiltinContext Prepare(BuiltinContext builtins, EvaluationInput input, Context context, CancellationToken cancellation)
    {
        builtins.Reset(input.Time, input.Seed);
        builtins.Environment = input.Environment;
        builtins.AllowNetwork = input.AllowNetwork;
        builtins.Cancellation = cancellation;
        builtins.Deadline = context.Deadline;
        builtins.Check = context.CheckNow;
        builtins.Note = context.Tracer is { } tracer
            ? text => tracer.Trace(new(TraceKind.Note, context.Depth, text, context.Current?.Location ?? Syntax.Location.None))
            : null;
        return builtins;
    }
}
