using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Server.Opa.Config;

/// <summary>Reads OPA's configuration file, YAML or JSON, with <c>${VARIABLE}</c> filled in from the environment.</summary>
internal static partial class OpaConfigReader
{
    private static readonly string[] Known =
    [
        "services", "bundles", "bundle", "decision_logs", "labels", "keys", "default_decision", "default_authorization_decision",
        "persistence_directory", "status", "plugins", "caching", "nd_builtin_cache",
        "server", "discovery", "distributed_tracing", "storage",
    ];

    // what is never shown
    private static readonly string[] Secrets = ["credentials", "key", "private_key", "headers"];

    /// <summary>The configuration; the mistakes in it are told with the place in the file.</summary>
    public static OpaConfig Read(string text, string file, Func<string, string?> environment, List<Mistake> mistakes)
    {
        var filled = Variable().Replace(text, match => environment(match.Groups[1].Value) ?? "");
        var set = DocumentReader.Read(filled, file);
        mistakes.AddRange(set.Mistakes);
        if (set.Mistakes.Length > 0 || set.Documents.Length == 0)
        {
            return OpaConfig.Empty;
        }

        return Read(set.Documents[0].Root, mistakes);
    }

    private static OpaConfig Read(JsonElement root, List<Mistake> mistakes)
    {
        var fields = new FieldReader(root, "", mistakes);
        foreach (var name in fields.Names.Where(n => !Known.Contains(n)))
        {
            fields.Report(ErrorCodes.UnknownField, name, $"there is no `{name}` in the configuration{DidYouMean.Hint(name, Known)}");
        }

        if (fields.Has("discovery"))
        {
            fields.Report(ErrorCodes.NotAllowed, "discovery", "a discovered configuration is not read; write the bundles down here");
        }

        var services = Services(fields, mistakes);
        return new OpaConfig
        {
            Labels = fields.TextMap("labels"),
            Services = services,
            Keys = fields.Map("keys", ReadKey).ToImmutableSortedDictionary(k => k.Name, k => k.Key),
            Bundles = Bundles(fields, services, mistakes),
            DecisionLogs = fields.Object("decision_logs") is { } logs ? DecisionLogs(logs, services) : null,
            DefaultDecision = Path(fields.Text("default_decision"), "system/main"),
            DefaultAuthorizationDecision = Path(fields.Text("default_authorization_decision"), "system/authz/allow"),
            PersistenceFolder = fields.Text("persistence_directory"),
            Status = fields.Has("status"),
            Shown = Json.Build(writer => WriteShown(writer, root)),
        };
    }

    // a map of names, or the older list with a name in each
    private static ImmutableSortedDictionary<string, RemoteService> Services(FieldReader fields, List<Mistake> mistakes)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, RemoteService>(StringComparer.Ordinal);
        var read = fields.KindOf("services") == JsonValueKind.Array
            ? fields.List("services", item => ReadService(item.RequiredText("name"), item))
            : fields.Map("services", ReadService);
        foreach (var service in read.OfType<RemoteService>())
        {
            if (!found.TryAdd(service.Name, service))
            {
                mistakes.Add(new Mistake(ErrorCodes.Duplicate, "/services", $"the service `{service.Name}` is there twice"));
            }
        }

        return found.ToImmutable();
    }

    private static RemoteService? ReadService(string name, FieldReader fields)
    {
        var text = fields.RequiredText("url");
        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https" or "file"))
        {
            fields.Report(ErrorCodes.NotAllowed, "url", $"expected a URL such as `https://opa.example.com/v1`, found {Quote.Text(text)}");
            return null;
        }

        (string, string?, string?)? bearer = null;
        if (fields.Object("credentials") is { } credentials)
        {
            foreach (var way in credentials.Names.Where(n => n != "bearer"))
            {
                credentials.Report(ErrorCodes.NotAllowed, way, $"credentials of the kind `{way}` are not supported; use `bearer`");
            }

            if (credentials.Object("bearer") is { } given)
            {
                bearer = (given.Text("scheme") ?? "Bearer", given.Text("token"), given.Text("token_path"));
            }
        }

        var seconds = fields.Number("response_header_timeout_seconds", 0, 3600) ?? 10;
        return new RemoteService(name, url)
        {
            Headers = fields.TextMap("headers"),
            Bearer = bearer,
            ResponseTimeout = seconds == 0 ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(seconds),
            AllowInsecureTls = fields.Flag("allow_insecure_tls"),
        };
    }

    private static (string Name, VerificationKey Key) ReadKey(string name, FieldReader fields) =>
        (name, new VerificationKey(fields.Text("algorithm") ?? "RS256", fields.RequiredText("key"), fields.Text("scope")));

    private static ImmutableArray<BundleSource> Bundles(
        FieldReader fields, ImmutableSortedDictionary<string, RemoteService> services, List<Mistake> mistakes)
    {
        if (fields.Object("bundle") is { } old)
        {
            var name = old.Text("name") ?? "bundle";
            return ReadBundle(name, old, services, $"bundles/{name}") is { } one ? [one] : [];
        }

        return [.. fields.Map("bundles", (name, item) => ReadBundle(name, item, services, $"bundles/{name}")).OfType<BundleSource>()];
    }

    private static BundleSource? ReadBundle(
        string name, FieldReader fields, ImmutableSortedDictionary<string, RemoteService> services, string otherwise)
    {
        var resource = (fields.Text("resource") ?? otherwise).TrimStart('/');
        var service = ServiceOf(fields, services);
        if (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal))
        {
            fields.Report(ErrorCodes.NotAllowed, $"{Quote.Text(name)} is no name of a bundle: it names a folder");
            return null;
        }

        if (service is null && !resource.StartsWith("file://", StringComparison.Ordinal))
        {
            return null;
        }

        var polling = fields.Object("polling");
        var (min, max) = Delays(polling, 60, 120);
        var longPoll = polling?.Number("long_polling_timeout_seconds", 1, 3600);
        var signing = fields.Object("signing");
        return new BundleSource(name, service, resource)
        {
            MinDelay = min,
            MaxDelay = max,
            LongPoll = longPoll is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Persist = fields.Flag("persist"),
            SizeLimit = fields.Long("size_limit_bytes", 1, 16L * 1024 * 1024 * 1024) ?? 1024L * 1024 * 1024,
            Signing = signing is null
                ? null
                : new BundleSigning(signing.Text("keyid"), signing.Text("scope"), signing.Texts("exclude_files")),
        };
    }

    private static DecisionLogSettings DecisionLogs(FieldReader fields, ImmutableSortedDictionary<string, RemoteService> services)
    {
        var reporting = fields.Object("reporting");
        var (min, max) = Delays(reporting, 300, 600);
        var service = fields.Has("service") || services.Count == 1 ? ServiceOf(fields, services) : null;
        var partition = fields.Text("partition_name");
        var context = fields.Object("request_context")?.Object("http");
        return new DecisionLogSettings
        {
            Service = service,
            Resource = (fields.Text("resource") ?? (partition is null ? "logs" : $"logs/{partition}")).TrimStart('/'),
            Console = fields.Flag("console"),
            MinDelay = min,
            MaxDelay = max,
            UploadLimit = (int)(reporting?.Long("upload_size_limit_bytes", 256, 1 << 30) ?? 32768),
            BufferLimit = reporting?.Long("buffer_size_limit_bytes", 0, long.MaxValue) ?? 64L * 1024 * 1024,
            MostPerSecond = reporting?.Number("max_decisions_per_second", 0.001, 1e9),
            MaskDecision = Path(fields.Text("mask_decision"), "system/log/mask"),
            DropDecision = Path(fields.Text("drop_decision"), "system/log/drop"),
            Headers = context?.Texts("headers") ?? [],
        };
    }

    private static RemoteService? ServiceOf(FieldReader fields, ImmutableSortedDictionary<string, RemoteService> services)
    {
        var name = fields.Text("service");
        if (name is null)
        {
            return services.Count == 1 ? services.Values.First() : null;
        }

        if (services.TryGetValue(name, out var found))
        {
            return found;
        }

        fields.Report(ErrorCodes.NotFound, "service", $"there is no service {Quote.Text(name)}{DidYouMean.Hint(name, services.Keys)}");
        return null;
    }

    private static (TimeSpan Min, TimeSpan Max) Delays(FieldReader? fields, double min, double max)
    {
        const double longest = 7 * 24 * 3600;
        var from = fields?.Number("min_delay_seconds", 0.01, longest);
        var to = fields?.Number("max_delay_seconds", 0.01, longest);
        if (fields is not null && from > to)
        {
            fields.Report(ErrorCodes.NotAllowed, "max_delay_seconds", "expected no less than `min_delay_seconds`");
        }

        var least = from ?? Math.Min(min, to ?? min);
        return (TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(Math.Max(least, to ?? (from is null ? max : from.Value * 2))));
    }

    // `data.system.main`, `/system/main` and `system/main` are one decision
    private static string Path(string? text, string otherwise) =>
        text is null ? otherwise
        : text.StartsWith("data.", StringComparison.Ordinal) ? text[5..].Replace('.', '/')
        : text.Trim('/');

    private static void WriteShown(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(m => !Secrets.Contains(m.Name)))
                {
                    writer.WritePropertyName(member.Name);
                    WriteShown(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteShown(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
