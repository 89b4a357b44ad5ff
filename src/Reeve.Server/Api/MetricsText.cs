using System.Globalization;
using System.Text;

namespace Reeve.Server.Api;

/// <summary>Writes metrics in Prometheus' text format 0.0.4: families one after the other, each with its help, type and samples.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new(4096);
    private string _family = "";

    /// <summary>A family with one sample and no labels.</summary>
    public void One(string name, string type, string help, double value)
    {
        Begin(name, type, help);
        Sample(value);
    }

    /// <summary>Begins a family.</summary>
    public void Begin(string name, string type, string help)
    {
        _family = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <summary>A sample of the family begun last.</summary>
    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample(value, "", labels);

    /// <summary>A sample whose name goes on after the family's, such as <c>_sum</c>.</summary>
    public void Sample(double value, string suffix, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_family).Append(suffix);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            var said = labels[i].Value;
            _text.Append(said.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal));
            _text.Append('"');
        }

        _text.Append(labels.Length > 0 ? "} " : " ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
