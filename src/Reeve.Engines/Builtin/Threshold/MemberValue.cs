using System.Text.Json;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>The latest value of one sender: as measured, and smoothed.</summary>
internal sealed class MemberValue
{
    private readonly ThresholdSettings _settings;
    private readonly SampleWindow? _window;
    private bool _any;

    public MemberValue(string path, ThresholdSettings settings)
    {
        Path = path;
        _settings = settings;
        _window = settings.Smoothing == Smoothing.Mean ? new SampleWindow(settings.Window.Ticks) : null;
    }

    public string Path { get; }

    /// <summary>The time of the newest event, in ticks.</summary>
    public long Time { get; private set; } = long.MinValue;

    /// <summary>Until when the value counts, in ticks.</summary>
    public long Expires { get; private set; }

    public double Raw { get; private set; }

    public double Value { get; private set; }

    public void Take(long time, long expires, double metric)
    {
        // what was smoothed before a long silence says nothing about now
        if (_any && _settings.Smoothing == Smoothing.Ewma && Expires <= time)
        {
            _any = false;
        }

        Raw = metric;
        Value = _settings.Smoothing switch
        {
            Smoothing.Ewma when _any => (_settings.EwmaR * metric) + ((1 - _settings.EwmaR) * Value),
            Smoothing.Mean => _window!.Add(time, metric),
            _ => metric,
        };
        _any = true;
        Time = time;
        Expires = expires;
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("path", Path);
        writer.WriteNumber("time", Time);
        writer.WriteNumber("expires", Expires);
        writer.WriteNumber("raw", Raw);
        writer.WriteNumber("value", Value);
        _window?.WriteTo(writer, "samples");
        writer.WriteEndObject();
    }

    public static MemberValue Read(JsonElement saved, ThresholdSettings settings)
    {
        var member = new MemberValue(saved.GetProperty("path").GetString() ?? "", settings)
        {
            Time = saved.GetProperty("time").GetInt64(),
            Expires = saved.GetProperty("expires").GetInt64(),
            Raw = saved.GetProperty("raw").GetDouble(),
            Value = saved.GetProperty("value").GetDouble(),
            _any = true,
        };
        member._window?.Read(saved, "samples");
        return member;
    }
}
