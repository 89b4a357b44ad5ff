using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Identity;

namespace Reeve.Senlin.Rest;

/// <summary>Senlin's REST face, and beside it the little of Keystone that clients need: which operation answers which address.</summary>
public sealed class SenlinFace
{
    /// <summary>The last microversion is 1.14.</summary>
    public const int LastMinor = 14;

    private readonly SenlinRoutes _routes = new();
    private readonly SenlinRoom _room;
    private readonly UserFile? _users;
    private readonly Action<Exception> _failed;
    private readonly Keystone _keystone;

    /// <summary>A face on a room.</summary>
    /// <param name="room">What it shows.</param>
    /// <param name="users">Who may call it; null for everybody who can reach it.</param>
    /// <param name="failed">Is told of bugs.</param>
    public SenlinFace(SenlinRoom room, UserFile? users, Action<Exception> failed)
    {
        _room = room;
        _users = users;
        _failed = failed;
        _keystone = new Keystone(users, room.Registry.Host.Time);
        VersionRoutes.Map(_routes);
        PolicyRoutes.Map(_routes, room.Registry.Host.Time);
        PolicyRecordRoutes.Map(_routes);
        ProfileRoutes.Map(_routes);
        ClusterRoutes.Map(_routes);
        ClusterActionRoutes.Map(_routes);
        NodeRoutes.Map(_routes);
        ActionRoutes.Map(_routes);
        EventRoutes.Map(_routes);
        ReceiverRoutes.Map(_routes);
        ServiceRoutes.Map(_routes);
    }

    /// <summary>Every route that it answers, by method and pattern.</summary>
    public IEnumerable<(string Method, string Pattern)> Routes => _routes.All;

    /// <summary>
    /// Answers a request below a prefix such as <c>/senlin</c>, or below none on a port of its own; false when it is none of Senlin's.
    /// </summary>
    public async Task<bool> HandleAsync(HttpContext http, string prefix, bool ownsPort)
    {
        var path = http.Request.Path.Value ?? "";
        if (IsBelow(path, Keystone.Prefix))
        {
            var mount = ownsPort ? "" : prefix;
            await GuardAsync(new SenlinCall(http, Keystone.Prefix, _room), call => _keystone.AnswerAsync(call, path, mount));
            return true;
        }

        if (!ownsPort && !IsBelow(path, prefix))
        {
            return false;
        }

        var rest = ownsPort ? path : path[prefix.Length..];
        await GuardAsync(new SenlinCall(http, ownsPort ? "" : prefix, _room), call => AnswerAsync(call, rest));
        return true;
    }

    private static bool IsBelow(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/');

    private async Task AnswerAsync(SenlinCall call, string path)
    {
        if (VersionRoutes.IsDiscovery(path))
        {
            await VersionRoutes.AnswerAsync(call, path);
            return;
        }

        if (!_routes.TryFind(call.Http.Request.Method, path, out var operation, out var values))
        {
            await call.ReplyPlainAsync(404, "Not Found", "The resource could not be found.<br /><br />\n\n\n");
            return;
        }

        if (!await _room.IsUpAsync(call.Http.RequestAborted))
        {
            throw new SenlinFault(503, "ServiceUnavailable", "reeve is starting.");
        }

        call.Values = values;
        if (await call.NegotiateAsync())
        {
            call.AsksWho = _users is not null;
            call.Caller = _users is null ? Ownership.Local : Authenticate(call, path);
            await operation(call);
        }
    }

    private Ownership Authenticate(SenlinCall call, string path) =>
        _keystone.CallerOf(call.Http.Request.Headers["X-Auth-Token"].ToString()) is { } caller ? caller

            // the address of a receiver carries its own secret
            : ReceiverRoutes.IsTrigger(path) ? Ownership.Local
            : throw new SenlinFault(401, "Unauthorized", "The request you have made requires authentication.");

    private async Task GuardAsync(SenlinCall call, Func<SenlinCall, Task> answer)
    {
        call.Http.Response.Headers["X-Openstack-Request-Id"] = $"req-{Uuid.New()}";
        try
        {
            await answer(call);
        }
        catch (SenlinFault fault)
        {
            await call.ReplyAsync(fault.Status, fault.Write);
        }
        catch (BadHttpRequestException e)
        {
            await call.ReplyAsync(e.StatusCode, new SenlinFault(e.StatusCode, "HTTPBadRequest", e.Message).Write);
        }
        catch (OperationCanceledException) when (call.Http.RequestAborted.IsCancellationRequested)
        {
            // the caller has gone; there is nobody to tell
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            _failed(bug);
            if (!call.Http.Response.HasStarted)
            {
                await call.ReplyAsync(500, new SenlinFault(500, "Internal", "reeve failed unexpectedly; its log says where").Write);
            }
        }
    }
}

/// <summary>Which operation answers which address; the first pattern that fits counts.</summary>
internal sealed class SenlinRoutes
{
    private readonly List<(string Method, string[] Pattern, Func<SenlinCall, Task> Operation)> _routes = [];

    public IEnumerable<(string Method, string Pattern)> All => _routes.Select(r => (r.Method, string.Join('/', r.Pattern)));

    public void Get(string pattern, Func<SenlinCall, Task> operation) => Add(HttpMethods.Get, pattern, operation);

    public void Post(string pattern, Func<SenlinCall, Task> operation) => Add(HttpMethods.Post, pattern, operation);

    public void Patch(string pattern, Func<SenlinCall, Task> operation) => Add(HttpMethods.Patch, pattern, operation);

    public void Delete(string pattern, Func<SenlinCall, Task> operation) => Add(HttpMethods.Delete, pattern, operation);

    /// <summary>The operation for an address, with the values of the pattern's names; false when there is none.</summary>
    public bool TryFind(string method, string path, out Func<SenlinCall, Task> operation, out Dictionary<string, string> values)
    {
        method = HttpMethods.IsHead(method) ? HttpMethods.Get : method;
        var parts = path.TrimEnd('/').Split('/');
        foreach (var route in _routes)
        {
            if (route.Method == method && Fits(route.Pattern, parts))
            {
                operation = route.Operation;
                values = route.Pattern.Index()
                    .Where(p => p.Item.StartsWith('{'))
                    .ToDictionary(p => p.Item.Trim('{', '}'), p => parts[p.Index], StringComparer.Ordinal);
                return true;
            }
        }

        operation = static _ => Task.CompletedTask;
        values = [];
        return false;
    }

    private static bool Fits(string[] pattern, string[] parts)
    {
        if (pattern.Length != parts.Length)
        {
            return false;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (pattern[i] != parts[i] && (!pattern[i].StartsWith('{') || parts[i].Length == 0))
            {
                return false;
            }
        }

        return true;
    }

    private void Add(string method, string pattern, Func<SenlinCall, Task> operation) =>
        _routes.Add((method, pattern.Split('/'), operation));
}
