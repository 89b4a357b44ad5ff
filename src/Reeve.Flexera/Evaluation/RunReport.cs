using Reeve.Flexera.Incidents;
using Reeve.Flexera.Network;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;

namespace Reeve.Flexera.Evaluation;

/// <summary>Why an evaluation failed.</summary>
/// <param name="Message">What went wrong, and where.</param>
/// <param name="Parameter">The parameter that was refused, or null.</param>
/// <param name="Datasource">The datasource that failed, or null.</param>
/// <param name="Status">The HTTP status that was the reason, or 0.</param>
/// <param name="Line">The line of the template, or 0.</param>
/// <param name="Credentials">The credentials that were given wrongly or not at all, or null.</param>
public sealed record RunError(
    string Message, string? Parameter, string? Datasource, int Status, int Line, string? Credentials = null);

/// <summary>Where the time of a datasource went.</summary>
/// <param name="Name">The datasource.</param>
/// <param name="Milliseconds">From when all it needs was there.</param>
/// <param name="Rows">Items of its value; 1 when it is no list.</param>
/// <param name="Bytes">What the whole process made in memory meanwhile, most of it passing; others may have run beside it.</param>
/// <param name="Error">Why it failed, or null.</param>
public sealed record DatasourceProfile(string Name, double Milliseconds, int Rows, long Bytes, string? Error)
{
    /// <summary>What its value takes of memory until the end, bytes; about.</summary>
    public long Held { get; init; }

    /// <summary>What its value takes of the temporary folder until the end, bytes.</summary>
    public long OnDisk { get; init; }
}

/// <summary>What one evaluation of a template gave; the rows of long lists are gone when it is disposed of.</summary>
/// <param name="spool">Where they are, or null.</param>
public sealed class RunReport(RowSpool? spool) : IDisposable
{
    /// <summary>The datasources that were needed, in the order of the text.</summary>
    public required IReadOnlyList<KeyValuePair<string, object?>> Datasources { get; init; }

    /// <summary>The validations that do not hold, in the order of the text.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    /// <summary>All that was sent.</summary>
    public required IReadOnlyList<SentRequest> Requests { get; init; }

    /// <summary>Why it failed; empty when it did not.</summary>
    public required IReadOnlyList<RunError> Errors { get; init; }

    /// <summary>Where the time went, in the order in which the datasources were done.</summary>
    public required IReadOnlyList<DatasourceProfile> Profile { get; init; }

    /// <summary>What the scripts logged.</summary>
    public required IReadOnlyList<string> Console { get; init; }

    /// <inheritdoc/>
    public void Dispose() => spool?.Dispose();

    /// <summary>As data that <see cref="JsonData"/> writes.</summary>
    public object ToData(bool withProfile)
    {
        var data = Map(
            ("datasources", new OrderedDictionary<string, object?>(Datasources, StringComparer.Ordinal)),
            ("incidents", Incidents.Select(Of).ToList()),
            ("requests", Requests.Select(r => (object?)Map(("method", r.Method), ("url", r.Url))).ToList()),
            ("errors", Errors.Select(Of).ToList()));
        if (withProfile)
        {
            data["profile"] = Profile.Select(p => (object?)Map(
                ("datasource", p.Name), ("milliseconds", Math.Round(p.Milliseconds, 1)), ("rows", (double)p.Rows),
                ("requests", (double)Requests.Count(r => r.Datasource == p.Name)), ("bytes", (double)p.Bytes),
                ("held", (double)p.Held), ("on_disk", (double)p.OnDisk))).ToList();
        }

        return data;
    }

    private static object? Of(Incident incident) => Map(
        ("validate", (double)incident.Validate), ("datasource", incident.Datasource), ("summary", incident.Summary),
        ("detail", incident.Detail), ("fields", incident.Fields.Select(Of).ToList()),
        ("violations", incident.Violations as RowList ?? (object)incident.Violations.ToList()), ("hash", incident.Hash));

    private static object? Of(IncidentField field)
    {
        var map = Map(("name", field.Name), ("label", field.Label), ("path", field.Path.Length > 0 ? field.Path : field.Name));
        if (field.Format.Length > 0)
        {
            map["format"] = field.Format;
        }

        return map;
    }

    private static object? Of(RunError error)
    {
        var map = Map(("message", error.Message));
        if (error.Parameter is not null)
        {
            map["parameter"] = error.Parameter;
        }

        if (error.Datasource is not null)
        {
            map["datasource"] = error.Datasource;
        }

        if (error.Credentials is not null)
        {
            map["credentials"] = error.Credentials;
        }

        if (error.Status > 0)
        {
            map["status"] = (double)error.Status;
        }

        if (error.Line > 0)
        {
            map["line"] = (double)error.Line;
        }

        return map;
    }

    private static OrderedDictionary<string, object?> Map(params ReadOnlySpan<(string Name, object? Value)> pairs)
    {
        var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            map[name] = value;
        }

        return map;
    }
}
