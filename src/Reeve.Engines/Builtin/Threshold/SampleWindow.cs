using System.Text.Json;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>The samples of the last while and their mean. Bounded: when it is full the oldest sample goes early.</summary>
internal sealed class SampleWindow(long length)
{
    /// <summary>The most samples that are kept.</summary>
    public const int MaxSamples = 4096;

    private (long Time, double Value)[] _ring = new (long, double)[8];
    private int _first;
    private int _count;
    private int _gone;
    private double _sum;

    /// <summary>Takes a sample that is not older than those before; gives the mean.</summary>
    public double Add(long time, double value)
    {
        while (_count > 0 && (_ring[_first].Time <= time - length || _count == MaxSamples))
        {
            RemoveFirst();
        }

        if (_count == _ring.Length)
        {
            Grow();
        }

        _ring[(_first + _count++) % _ring.Length] = (time, value);
        _sum += value;
        return Mean();
    }

    public void WriteTo(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartArray(name);
        for (var i = 0; i < _count; i++)
        {
            var (time, value) = _ring[(_first + i) % _ring.Length];
            writer.WriteNumberValue(time);
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
        writer.WriteNumber("gone", _gone);
        if (double.IsFinite(_sum))
        {
            writer.WriteNumber("sum", _sum);
        }
    }

    public void Read(JsonElement member, string name)
    {
        var samples = member.GetProperty(name);
        for (var i = 0; i + 1 < samples.GetArrayLength(); i += 2)
        {
            Add(samples[i].GetInt64(), samples[i + 1].GetDouble());
        }

        // the running sum carries its own rounding: taken up as it was, the same values give the same answers
        _gone = member.GetProperty("gone").GetInt32();
        _sum = member.TryGetProperty("sum", out var sum) ? sum.GetDouble() : double.NaN;
    }

    private double Mean()
    {
        if (!double.IsFinite(_sum))
        {
            return ExactMean();
        }

        return _sum / _count;
    }

    // values near the end of what a double holds: their sum runs over, their mean does not
    private double ExactMean()
    {
        var mean = 0.0;
        for (var i = 0; i < _count; i++)
        {
            mean += _ring[(_first + i) % _ring.Length].Value / _count;
        }

        return mean;
    }

    private void RemoveFirst()
    {
        var value = _ring[_first].Value;
        _first = (_first + 1) % _ring.Length;
        _count--;
        _sum -= value;

        // what a running sum rounds off adds up, and after a huge value little is left of the small ones: then it is summed anew
        if (++_gone > _count || Math.Abs(value) > 1e6 * Math.Abs(_sum) || !double.IsFinite(_sum))
        {
            _gone = 0;
            _sum = 0;
            for (var i = 0; i < _count; i++)
            {
                _sum += _ring[(_first + i) % _ring.Length].Value;
            }
        }
    }

    private void Grow()
    {
        var ring = new (long, double)[Math.Min(_ring.Length * 2, MaxSamples)];
        for (var i = 0; i < _count; i++)
        {
            ring[i] = _ring[(_first + i) % _ring.Length];
        }

        _ring = ring;
        _first = 0;
    }
}
