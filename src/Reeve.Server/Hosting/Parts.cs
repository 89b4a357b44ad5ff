using Microsoft.Extensions.Logging;
using Reeve.Actors.Balancers;
using Reeve.Actors.Drivers;
using Reeve.Actors.Drivers.Process;
using Reeve.Actors.Email;
using Reeve.Actors.Process;
using Reeve.Actors.Webhook;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Policies;
using Reeve.Core.Targets;
using Reeve.Engines.Builtin;
using Reeve.Engines.Check;
using Reeve.Engines.Rego;
using Reeve.Engines.Streams;
using Reeve.Runtime;
using Reeve.Runtime.Catalog;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Identity;
using Reeve.Server.Access.Secrets;
using Reeve.Server.Opa;
using Reeve.Server.Plugins;
using Reeve.Senlin.Policies;
using Reeve.Server.Watch;
using Reeve.Storage;

namespace Reeve.Server.Hosting;

/// <summary>What a Reeve is made of. The one place that knows every engine, actor and driver by name.</summary>
internal sealed class Parts : IAsyncDisposable
{
    private readonly ProcessDriver _processes;
    private readonly HttpDriver _http;
    private readonly WebhookActor _webhook;
    private readonly List<IBalancer> _balancers;
    private readonly ProgramRunner _runner;
    private readonly SteadyClock _time;

    private Parts(ReeveOptions options, UserFile? users, Store store, SecretKeys keys, SteadyClock time)
    {
        Options = options;
        Store = store;
        _time = time;
        Runtime = new LoopRuntime(options.Runtime, time, new IdSource(time, new Random()), store.Changes, store.Records);
        _runner = new ProgramRunner(Path.GetFullPath(options.DataFolder), options.ProcessFolders, time);
        Secrets = new SecretBook(store.Secrets, keys, time);
        _webhook = new WebhookActor(time, options.AllowLinkLocal, Secrets);
        _http = new HttpDriver(time, options.AllowLinkLocal);
        _processes = new ProcessDriver(
            Path.Combine(Path.GetFullPath(options.DataFolder), "instances"), options.ProcessFolders, Runtime, time);
        foreach (IDriver driver in (IDriver[])[_processes, _http, new SimulatedDriver(time), new SimulatedCloud(time)])
        {
            Runtime.Drivers[driver.Name] = driver;
        }

        foreach (IActor actor in (IActor[])[_webhook, new EmailActor(options.Mail, time), new ProcessActor(_runner, Secrets)])
        {
            Runtime.Actors[actor.Name] = actor;
        }

        Senlin = SenlinParts.Make(options, users, Runtime, store, _balancers = Balancers(options, time), Failed);
        Runtime.Rooms.Add(Senlin.Room);
        Catalog = new ResourceCatalog(
            store.Resources, Runtime,
            [
                new BuiltinEngine(), new CheckEngine(_runner, Runtime.WorkflowRunner), new RegoEngine(), new StreamsEngine(),
                new SenlinEngine(options.SenlinHealthInterval),
            ],
            [.. BuiltinTypes.All, .. CheckTypes.All, .. SenlinTypes.All]);
        Plugins = new PluginShelf(options.PluginFolder, Catalog);
        Feed = new ChangeFeed(store, time, options.Watch);
        Opa = OpaRoom.Make(options.Opa, store.RegoDocuments, time, Path.GetFullPath(options.DataFolder));
    }

    private static List<IBalancer> Balancers(ReeveOptions options, TimeProvider time)
    {
        var balancers = new List<IBalancer>();
        if (options.Haproxy is { } haproxy)
        {
            balancers.Add(new HaproxyBalancer(haproxy, Path.Combine(Path.GetFullPath(options.DataFolder), "balancers"), time));
        }

        if (options.Octavia is { } octavia)
        {
            var token = Environment.GetEnvironmentVariable("REEVE_OCTAVIA_TOKEN");
            balancers.Add(new OctaviaBalancer(octavia, token, time, options.AllowLinkLocal));
        }

        return balancers;
    }

    public ReeveOptions Options { get; }

    public Store Store { get; }

    public LoopRuntime Runtime { get; }

    public ResourceCatalog Catalog { get; }

    public SenlinParts Senlin { get; }

    /// <summary>A bug was caught in a room's face; for the log.</summary>
    public event Action<Exception>? Buggy;

    /// <summary>What documents refer to by name and nobody reads back.</summary>
    public SecretBook Secrets { get; }

    /// <summary>What others bring.</summary>
    public PluginShelf Plugins { get; }

    public OpaRoom Opa { get; }

    /// <summary>What changes, for those who watch.</summary>
    public ChangeFeed Feed { get; }

    /// <summary>Opens the store and puts the parts together; nothing runs yet. Throws <see cref="StartException"/>.</summary>
    public static async Task<Parts> MakeAsync(ReeveOptions options, CancellationToken cancellationToken)
    {
        var users = SenlinParts.Users(options);
        if (options.Octavia is { } octavia && OctaviaBalancer.UrlProblem(octavia) is { } problem)
        {
            throw new StartException($"octavia: {problem}") { IsWrongInput = true };
        }

        var time = new SteadyClock(TimeProvider.System);
        Store? store = null;
        try
        {
            store = await Store.OpenAsync(
                new StoreOptions { DataFolder = options.DataFolder, Database = options.Database }, time, cancellationToken);
            return new Parts(options, users, store, SecretKeys.Open(options), time);
        }
        catch (StoreException e)
        {
            throw NotUsable(e);
        }
        catch (StartException) when (store is not null)
        {
            await store.DisposeAsync();
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (store is not null)
            {
                await store.DisposeAsync();
            }

            throw new StartException(
                $"`{options.DataFolder}`: the data folder cannot be used ({e.Message.TrimEnd('.')}); check its owner and mode, "
                    + "or name another",
                e);
        }
    }

    /// <summary>A store that cannot be used, as a start that fails.</summary>
    public static StartException NotUsable(StoreException store) => new(store.Message, store) { IsWrongInput = store.IsWrongAddress };

    /// <summary>Takes up what lived before, then begins. Gives the documents that could not be put to work.</summary>
    public async Task<IReadOnlyList<(ResourceKey Key, Mistake Mistake)>> TakeUpAsync(ILogger logger, CancellationToken cancellationToken)
    {
        await Secrets.LoadAsync(cancellationToken);
        foreach (var plugin in await Plugins.LookAsync(cancellationToken))
        {
            logger.PluginTaken(plugin.Name, plugin.What, plugin.Problem);
        }

        await _runner.EndLeftoversAsync(cancellationToken);
        var begun = _time.GetTimestamp();
        var since = _time.GetUtcNow() - Options.Runtime.Memory;

        // what lives and what is written down are read side by side: neither needs the other before both are there
        var living = Task.Run(() => Store.LoopState.LoadAsync(since, cancellationToken), cancellationToken);
        var problems = await Task.Run(() => Catalog.LoadAsync(cancellationToken), cancellationToken);
        var documents = _time.GetElapsedTime(begun);
        await Opa.StartAsync(logger, cancellationToken);
        var state = await living;
        foreach (var target in state.Targets)
        {
            Runtime.Targets.Put(target);
        }

        await Senlin.Room.LoadAsync(state.Targets, cancellationToken);
        await Runtime.StartAsync(state, Catalog.Silences);
        var instances = Runtime.Targets.All
            .Where(t => t.Kind == TargetKinds.Instance && Runtime.Targets.DriverOf(t)?.Name == _processes.Name)
            .Select(Senlin.Room.AsDriven)
            .ToList();
        var found = await _processes.ResumeAsync(instances, cancellationToken);
        Senlin.Room.Start();
        logger.TakenUp((long)documents.TotalMilliseconds, (long)_time.GetElapsedTime(begun).TotalMilliseconds);
        logger.Resumed(found.Adopted, found.Died, found.Unknown.Count);
        return problems;
    }

    private void Failed(Exception bug) => Buggy?.Invoke(bug);

    public async ValueTask DisposeAsync()
    {
        await Opa.DisposeAsync();
        await Senlin.Room.DisposeAsync();
        await Runtime.DisposeAsync();
        _balancers.OfType<IDisposable>().ToList().ForEach(b => b.Dispose());
        _processes.Dispose();
        _http.Dispose();
        _webhook.Dispose();
        await Feed.DisposeAsync();
        await Store.DisposeAsync();
    }
}
