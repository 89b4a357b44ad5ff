using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Tells the tracer that a statement is tried, and that it failed when nothing behind it was reached.</summary>
internal sealed class TraceBeginStep(string text, Location location) : IteratingStep
{
    /// <summary>The variables of the statement and where they are; known once its steps are made.</summary>
    public (string Name, int Slot)[] Locals { get; set; } = [];

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
            tracer.Trace(new(TraceKind.Fail, context.Depth, text, location) { Locals = Values(frame) });
        }

        return stop;
    }

    private List<KeyValuePair<string, Value>> Values(Span<Value?> frame)
    {
        var values = new List<KeyValuePair<string, Value>>(Locals.Length);
        foreach (var (name, slot) in Locals)
        {
            if (frame[slot] is { } value)
            {
                values.Add(new(name, value));
            }
        }

        return values;
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

/// <summary>Tells the tracer that a rule has an answer.</summary>
internal sealed class TraceExitSink(Sink inner, string name, Location location) : Sink
{
    public override bool Yield(Context context, Span<Value?> frame)
    {
        context.Tracer?.Trace(new(TraceKind.Exit, context.Depth, name, location));
        return inner.Yield(context, frame);
    }
}
