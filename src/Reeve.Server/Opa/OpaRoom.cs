using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Reeve.Core.Errors;
using Reeve.Languages.Rego.Bundles;
using Reeve.Server.Hosting;
using Reeve.Server.Opa.Bundles;
using Reeve.Server.Opa.Config;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Logs;
using Reeve.Storage.Records;

namespace Reeve.Server.Opa;

/// <summary>The decision service: its documents, what keeps them up to date, and what logs its decisions.</summary>
internal sealed class OpaRoom : IAsyncDisposable
{
    private readonly List<BundleKeeper> _bundles = [];

    private OpaRoom(OpaOptions options, OpaConfig config, RegoDocumentStore store, TimeProvider time, string folder)
    {
        (Options, Config, Time) = (options, config, time);
        Policies = new PolicyBase(store);
        Decider = new Decider(options, time);
        Inputs = new DecisionInput(options);
        Health = new HealthOperations(this);
        Labels = config.Labels
            .SetItem("id", config.Labels.GetValueOrDefault("id") ?? DecisionRecord.NewId())
            .SetItem("version", config.Labels.GetValueOrDefault("version") ?? Provenance.Version);
        var keys = config.Keys.ToDictionary(k => k.Key, k => new BundleKey(k.Value.Algorithm, k.Value.Key, k.Value.Scope));
        foreach (var source in config.Bundles)
        {
            _bundles.Add(new BundleKeeper(source, Policies, keys, config.PersistenceFolder ?? Path.Combine(folder, "opa"), time));
        }

        Policies.Reloaded += () => _bundles.ForEach(b => b.Forget());
        Log = config.DecisionLogs is { } logs ? new DecisionLog(this, logs, Console.Out) : null;
    }

    public OpaOptions Options { get; }

    public OpaConfig Config { get; }

    public TimeProvider Time { get; }

    public PolicyBase Policies { get; }

    public Decider Decider { get; }

    public DecisionInput Inputs { get; }

    public HealthOperations Health { get; }

    public DecisionLog? Log { get; }

    public IReadOnlyList<BundleKeeper> Bundles => _bundles;

    public ImmutableSortedDictionary<string, string> Labels { get; }

    /// <summary>What came and went, for <c>/metrics</c>.</summary>
    public OpaCounters Counters { get; } = new();

    /// <summary>Reads the configuration. Throws <see cref="StartException"/>.</summary>
    public static OpaRoom Make(OpaOptions options, RegoDocumentStore store, TimeProvider time, string folder)
    {
        var config = OpaConfig.Empty;
        if (options.ConfigFile is { } file)
        {
            var mistakes = new List<Mistake>();
            try
            {
                config = OpaConfigReader.Read(File.ReadAllText(file), file, Environment.GetEnvironmentVariable, mistakes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartException($"opa-config: `{file}` cannot be read: {FileReason.Of(file, e)}", e) { IsWrongInput = true };
            }

            if (mistakes.Count > 0)
            {
                var told = mistakes.Take(5).Select(m => $"{(m.Path is { Length: > 0 } at ? at : file)}: {m.Message}");
                throw new StartException("opa-config: " + string.Join("; ", told)) { IsWrongInput = true };
            }
        }

        return new OpaRoom(options, config, store, time, folder);
    }

    /// <summary>Takes up what was put before, then what the bundles bring.</summary>
    public async Task StartAsync(ILogger logger, CancellationToken cancellationToken)
    {
        foreach (var (id, reason) in await Policies.LoadAsync(cancellationToken))
        {
            logger.NotAtWork($"policy {id}", reason);
        }

        foreach (var bundle in _bundles)
        {
            await bundle.StartAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bundle in _bundles)
        {
            await bundle.DisposeAsync();
        }

        if (Log is not null)
        {
            await Log.DisposeAsync();
        }
    }
}
