using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>Packs files into a bundle; the same files always give the same bytes.</summary>
public static class BundleWriter
{
    /// <summary>The manifest as the file that it is in a bundle.</summary>
    public static BundleFile Manifest(BundleManifest manifest)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("revision", manifest.Revision);
            writer.WriteStartArray("roots");
            foreach (var root in manifest.Roots)
            {
                writer.WriteStringValue(string.Join('/', root));
            }

            writer.WriteEndArray();
            writer.WriteNumber("rego_version", manifest.Version == RegoVersion.V0 ? 0 : 1);
            if (manifest.FileVersions.Count > 0)
            {
                writer.WriteStartObject("file_rego_versions");
                foreach (var (pattern, version) in manifest.FileVersions)
                {
                    writer.WriteNumber(pattern, version == RegoVersion.V0 ? 0 : 1);
                }

                writer.WriteEndObject();
            }

            if (manifest.Metadata is { } metadata)
            {
                writer.WritePropertyName("metadata");
                Values.ValueJson.Write(writer, metadata);
            }

            writer.WriteEndObject();
        }

        return new BundleFile(BundleManifest.FileName, stream.ToArray());
    }

    /// <summary>Writes the packed archive (tar and gzip).</summary>
    public static void Write(IEnumerable<BundleFile> files, Stream to)
    {
        using var packed = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true);
        using var tar = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var file in files)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"/{file.Path}")
            {
                DataStream = new MemoryStream(file.Content, writable: false),
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }
    }
}
