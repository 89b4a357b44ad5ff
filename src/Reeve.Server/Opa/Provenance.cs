using System.Reflection;
using System.Text.Json;
using Reeve.Server.Opa.Documents;

namespace Reeve.Server.Opa;

/// <summary>Who decided: the program and the revisions of the bundles.</summary>
internal static class Provenance
{
    /// <summary>The version of Reeve.</summary>
    public static string Version { get; } =
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static void Write(Utf8JsonWriter writer, OpaSnapshot snapshot)
    {
        writer.WriteStartObject("provenance");
        writer.WriteString("version", Version);
        writer.WriteString("build_commit", "");
        writer.WriteString("build_timestamp", "");
        writer.WriteString("build_hostname", "");
        WriteBundles(writer, snapshot);
        writer.WriteEndObject();
    }

    public static void WriteBundles(Utf8JsonWriter writer, OpaSnapshot snapshot)
    {
        if (snapshot.Bundles.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("bundles");
        foreach (var bundle in snapshot.Bundles.Values)
        {
            writer.WriteStartObject(bundle.Name);
            writer.WriteString("revision", bundle.Revision);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
