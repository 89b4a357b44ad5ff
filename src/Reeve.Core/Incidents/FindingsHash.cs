using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Matching;

namespace Reeve.Core.Incidents;

/// <summary>
/// The hash over the chosen fields of findings, whatever their order (Flexera: an incident changes when its violation data does).
/// </summary>
public static class FindingsHash
{
    /// <summary>32 hexadecimal digits.</summary>
    public static string Of(ImmutableArray<Finding> findings, IncidentSettings settings)
    {
        // each finding is hashed alone and the hashes are sorted: the order of the rows does not count
        var hashes = new string[findings.Length];
        for (var i = 0; i < findings.Length; i++)
        {
            var text = new StringBuilder(findings[i].Target);

            // fields that a binding names are fields of the data
            Write(text, settings.HashInclude.IsEmpty ? findings[i].Identity ?? findings[i].Data : findings[i].Data, settings, top: true);
            hashes[i] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }

        Array.Sort(hashes, StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(hashes)))[..16]);
    }

    private static void Write(StringBuilder text, JsonElement value, IncidentSettings settings, bool top)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (!top || IsChosen(member.Name, settings))
                    {
                        text.Append(member.Name.Length).Append(':').Append(member.Name).Append('=');
                        Write(text, member.Value, settings, top: false);
                    }
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Write(text, item, settings, top: false);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.Undefined:
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static bool IsChosen(string field, IncidentSettings settings) =>
        (settings.HashInclude.IsEmpty || settings.HashInclude.Contains(field)) && !settings.HashExclude.Contains(field);
}
