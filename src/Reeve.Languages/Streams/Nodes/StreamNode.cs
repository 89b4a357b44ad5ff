using System.Text.Json;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>What has state to be saved: a window, a counter, a cell of the program.</summary>
internal interface IHasState
{
    /// <summary>Its state as a dynamic value: nil, numbers, texts, vectors, maps, events.</summary>
    object? Save();

    /// <summary>Takes a state up that <see cref="Save"/> gave.</summary>
    void Load(object? saved);
}

/// <summary>A stream: takes events, or lists of them, and hands on to its children.</summary>
internal abstract class StreamNode(StreamRun run) : Fn
{
    protected StreamRun Run => run;

    /// <summary>Takes an event. What it gives back matters only where a stream is used as a predicate.</summary>
    public abstract object? Send(object? seen);

    public sealed override object? Invoke(params ReadOnlySpan<object?> args) =>
        args.Length == 1 ? Invoke(args[0]) : throw StreamError.Arity("a stream", args.Length);

    public sealed override object? Invoke(object? arg)
    {
        run.Step();
        return Send(arg);
    }

    /// <summary>Enrols a node with state, so that it is saved with what was made together with it.</summary>
    protected void Enrol(IHasState node) => run.Scope?.Nodes.Add(node);

    /// <summary>The event's time; an error when it has none.</summary>
    protected static StreamNumber TimeOf(object? seen) =>
        seen is StreamEvent { Time.HasValue: true } e ? e.Time : Numbers.Of(Lookup.Get(seen, Keyword.Time));

    /// <summary>The event's time, or none.</summary>
    protected static StreamNumber TryTimeOf(object? seen)
    {
        if (seen is StreamEvent { Time.HasValue: true } e)
        {
            return e.Time;
        }

        return Lookup.Get(seen, Keyword.Time) is { } time ? Numbers.Of(time) : StreamNumber.None;
    }

    /// <summary>The event's metric, or none; an error when it is no number.</summary>
    protected static StreamNumber TryMetricOf(object? seen)
    {
        if (seen is StreamEvent { Metric.HasValue: true } e)
        {
            return e.Metric;
        }

        return Lookup.Get(seen, Keyword.Metric) is { } metric && Truth.Of(metric) ? Numbers.Of(metric) : StreamNumber.None;
    }

    /// <summary>The event with another metric.</summary>
    protected static object WithMetric(object? seen, in StreamNumber metric) =>
        seen is StreamEvent e ? e.WithMetric(metric) : Lookup.Assoc(seen, Keyword.Metric, Numbers.Box(metric));
}

/// <summary>A stream with children, each of which may fail without harm to the others (Riemann's call-rescue).</summary>
internal abstract class ParentNode(StreamRun run, Fn[] children) : StreamNode(run)
{
    protected void Forward(object? seen) => Rescue.Call(Run, children, seen);

    protected void ForwardAll(IEnumerable<object?> events)
    {
        foreach (var seen in events)
        {
            Rescue.Call(Run, children, seen);
        }
    }
}

/// <summary>Calls children in order; one that fails loses the event for itself alone.</summary>
internal static class Rescue
{
    public static void Call(StreamRun run, Fn[] children, object? seen)
    {
        foreach (var child in children)
        {
            try
            {
                child.Invoke(seen);
            }
            catch (StreamError error)
            {
                Failed(run, error, seen);
            }
            catch (Exception unforeseen) when (unforeseen is not (StreamLimitException or OutOfMemoryException))
            {
                // a fault of ours in one function is no reason to lose more than this event on this branch
                Failed(run, new StreamError(StreamError.IllegalState, unforeseen.Message), seen);
            }
        }
    }

    /// <summary>Whatever can be called, or an error that says what was found instead.</summary>
    public static Fn[] Functions(IEnumerable<object?> values) => [.. values.Select(Function)];

    public static Fn Function(object? value) => value as Fn ?? throw StreamError.Cast(value, "a stream or a function");

    /// <summary>The event that tells of an error (riemann.common's exception->event).</summary>
    public static StreamEvent EventOf(StreamRun run, StreamError error, object? seen)
    {
        var builder = default(EventBuilder);
        builder.Set(Keyword.Time, Numbers.Box(run.Now));
        builder.Set(Keyword.Service, "riemann exception");
        builder.Set(Keyword.State, "error");
        builder.Set(Keyword.Tags, PVec.Own(["exception", error.Kind]));
        builder.Set(Keyword.Of("event"), seen);
        builder.Set(Keyword.Of("exception"), error);
        builder.Set(Keyword.Description, $"{error.Kind}: {error.Message}\n\n");
        return builder.ToEvent();
    }

    private static void Failed(StreamRun run, StreamError error, object? seen)
    {
        if (run.ExceptionStream is { } stream)
        {
            // an error of the stream for errors is nobody's any more: it goes up
            stream.Invoke(EventOf(run, error, seen));
        }
        else
        {
            run.Warn?.Invoke($"{error.Kind}: {error.Message}");
        }
    }
}
