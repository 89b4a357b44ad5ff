using System.Globalization;
using System.Text.Json;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>
/// One bound and where the value stands to it. Moves: within → pending → breached ⇄ recovering → within; pending → within. Each stability
/// time is measured from the value that began it.
/// </summary>
internal sealed class BoundWatch(string check, double bound, bool upper, ThresholdSettings settings)
{
    private long? _since;
    private long? _recovering;

    public string Check => check;

    public double Bound => bound;

    /// <summary>Since when the value is beyond the bound, in ticks; null while it is within.</summary>
    public long? Since => _since;

    /// <summary>Does the finding stand?</summary>
    public bool IsBreached { get; private set; }

    /// <summary>Was anything said since the program was opened? The first is: a crash may have lost what was said before.</summary>
    public bool IsTold { get; set; }

    /// <summary>Is nothing to be kept of it?</summary>
    public bool IsWithin => _since is null;

    /// <summary>When it moves by itself, in ticks of the key's time; null for never.</summary>
    public long? Due => _recovering is { } from ? from + settings.RecoveryStability.Ticks
        : _since is { } since && !IsBreached ? since + settings.Stability.Ticks
        : null;

    public bool IsBeyond(double value) => upper
        ? value > bound || (settings.Inclusive && value == bound)
        : value < bound || (settings.Inclusive && value == bound);

    /// <summary>Would this value move it on?</summary>
    public bool WouldMove(double value) => IsBeyond(value) ? !IsBreached || _recovering is not null : _since is not null;

    /// <summary>Takes the value at a time.</summary>
    public BoundOutcome Step(double value, long at)
    {
        if (IsBeyond(value))
        {
            _recovering = null;
            _since ??= at;
            if (IsBreached)
            {
                return BoundOutcome.Stands;
            }

            if (at - _since.Value < settings.Stability.Ticks)
            {
                return BoundOutcome.Nothing;
            }

            IsBreached = true;
            return BoundOutcome.Found;
        }

        if (!IsBreached)
        {
            _since = null;
            return BoundOutcome.Within;
        }

        _recovering ??= at;
        return at - _recovering.Value < settings.RecoveryStability.Ticks ? BoundOutcome.Nothing : Recover();
    }

    /// <summary>There is no value any more.</summary>
    public BoundOutcome Lose()
    {
        var outcome = IsBreached ? Recover() : BoundOutcome.Nothing;
        _since = null;
        return outcome;
    }

    public string Compare(double value) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(value == bound ? "at" : upper ? "above" : "below")} {bound:0.######}");

    public void WriteTo(Utf8JsonWriter writer, string name)
    {
        if (_since is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        Saved.WriteTicks(writer, "since", _since);
        Saved.WriteTicks(writer, "recovering", _recovering);
        writer.WriteBoolean("breached", IsBreached);
        writer.WriteEndObject();
    }

    public void Read(JsonElement state, string name)
    {
        if (state.TryGetProperty(name, out var saved))
        {
            _since = Saved.Ticks(saved, "since");
            _recovering = Saved.Ticks(saved, "recovering");
            IsBreached = Saved.Flag(saved, "breached");
        }
    }

    private BoundOutcome Recover()
    {
        IsBreached = false;
        _since = null;
        _recovering = null;
        return BoundOutcome.Recovered;
    }
}

/// <summary>What a value means to a bound.</summary>
internal enum BoundOutcome
{
    /// <summary>Nothing to say yet: a stability time runs.</summary>
    Nothing,

    /// <summary>The value is within, as before.</summary>
    Within,

    /// <summary>A finding, new.</summary>
    Found,

    /// <summary>The finding stands.</summary>
    Stands,

    /// <summary>The finding is over.</summary>
    Recovered,
}
