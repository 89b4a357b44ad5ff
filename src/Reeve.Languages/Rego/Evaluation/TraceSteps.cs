using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Tells the tracer that a statement is tried, and that it failed when nothing behind it was reached.</summary>
internal sealed class TraceBeginStep(string text, Location location) : IteratingStep
{
    public override bool Run(Context context, Span<Value?> frame, Code code, int next)
    {
        Guard(context, next);
        if (context.Tracer is not { } tracer)
        {
            return code.Run(context, frame, next);
        }

        tracer.Trace(new(TraceKind.Eval, context.Depth, text, location));
        context.Reached.Add(false);
        var stop = code.Run(context, frame, next);
        var reached = context.Reached[^1];
        context.Reached.RemoveAt(context.Reached.Count - 1);
        if (!reached)
        {
            tracer.Trace(new(TraceKind.Fail, context.Depth, text, location));
        }

        return stop;
    }
}

/// <summary>The other side of <see cref="TraceBeginStep"/>: the statement holds.</summary>
internal sealed class TraceEndStep(string text, Location location) : IteratingStep
{
    public override bool Run(Context context, Span<Value?> frame, Code code, int next)
    {
        if (context.Tracer is not { } tracer)
        {
            return code.Run(context, frame, next);
        }

        context.Reached[^1] = true;
        var stop = code.Run(context, frame, next);
        if (!stop)
        {
            tracer.Trace(new(TraceKind.Redo, context.Depth, text, location));
        }

        return stop;
    }
}
