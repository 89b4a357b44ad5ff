using System.Diagnostics;

namespace Reeve.Core.Loop;

/// <summary>
/// The traces of the loop: what brought a signal, its way through the steps, the execution that it started and each of its steps are one
/// trace. Nothing is made while nobody listens.
/// </summary>
public static class LoopTraces
{
    /// <summary>The source's name, for whoever listens.</summary>
    public const string Name = "Reeve";

    /// <summary>Where the spans come from.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>What is going on now, as a <c>traceparent</c>; null when nobody traces it.</summary>
    public static string? Now => Source.HasListeners() ? Activity.Current?.Id : null;

    /// <summary>A span below a <c>traceparent</c>, or the beginning of a trace; null when nobody wants it.</summary>
    public static Activity? Begin(string name, string? parent)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        if (parent is not null)
        {
            return Source.StartActivity(name, ActivityKind.Internal, parent);
        }

        // what happens to run on this thread has not brought it
        Activity.Current = null;
        return Source.StartActivity(name);
    }
}
