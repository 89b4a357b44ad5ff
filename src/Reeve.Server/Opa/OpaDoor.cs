using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reeve.Server.Access;
using Reeve.Server.Api;
using Reeve.Server.Hosting;
using Reeve.Server.Opa.Http;
using Reeve.Storage;

namespace Reeve.Server.Opa;

/// <summary>
/// Where requests for decisions come in: under <c>/opa</c>, and at <c>/</c> of a port of its own. It stands before the routes of the
/// rest, so that a decision passes through nothing else.
/// </summary>
internal sealed class OpaDoor
{
    private const string Prefix = "/opa";
    private const string DataV1 = "/v1/data";
    private const string DataV0 = "/v0/data";

    private readonly OpaRoom _room;
    private readonly AccessGate _access;
    private readonly ILogger _logger;
    private readonly DataOperations _data;
    private readonly DataWrites _writes;
    private readonly QueryOperations _queries;
    private readonly CompileOperations _compile;
    private readonly PolicyOperations _policies;
    private readonly StatusOperations _status;
    private readonly BatchOperations _batches;
    private readonly OpaAuthorizer? _authorizer;
    private int _ownPort = -1;

    public OpaDoor(OpaRoom room, AccessGate access, ILogger logger)
    {
        (_room, _access, _logger) = (room, access, logger);
        _data = new DataOperations(room);
        _writes = new DataWrites(room);
        _queries = new QueryOperations(room);
        _compile = new CompileOperations(room);
        _policies = new PolicyOperations(room);
        _status = new StatusOperations(room);
        _batches = new BatchOperations(room);
        _authorizer = room.Options.BasicAuthorization ? new OpaAuthorizer(room) : null;
    }

    /// <summary>Learns the port at whose root the service answers: that of the address behind the others.</summary>
    public void Listens(WebApplication web, int others)
    {
        var addresses = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        if (_room.Options.Port is not null && addresses?.Skip(others).FirstOrDefault() is { } own)
        {
            _ownPort = new Uri(own).Port;
        }
    }

    /// <summary>Takes what is meant for it, and lets everything else pass.</summary>
    public void Use(WebApplication web) => web.Use((http, next) =>
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target.StartsWith(Prefix, StringComparison.Ordinal)
            && (target.Length == Prefix.Length || target[Prefix.Length] is '/' or '?'))
        {
            return AnswerAsync(http, target[Prefix.Length..]);
        }

        return http.Connection.LocalPort == _ownPort ? AnswerAsync(http, target) : next(http);
    });

    private async Task AnswerAsync(HttpContext http, string target)
    {
        var begun = Stopwatch.GetTimestamp();
        var handler = OpaHandler.Other;
        try
        {
            var question = target.IndexOf('?', StringComparison.Ordinal);
            var path = question < 0 ? target : target[..question];
            if (path.Length == 0)
            {
                path = "/";
            }

            await MustMayAsync(http, path);

            handler = HandlerOf(path);
            await RouteAsync(http, path, handler);
        }
        catch (OpaProblem problem)
        {
            await TellAsync(http, problem);
        }
        catch (StoreException e) when (e.IsTransient)
        {
            await TellAsync(
                http, new OpaProblem(StatusCodes.Status503ServiceUnavailable, "internal_error", $"{e.Message}; try again later"));
        }
        catch (BadHttpRequestException e)
        {
            await TellAsync(http, new OpaProblem(e.StatusCode, "invalid_parameter", e.Message.TrimEnd('.')));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // the caller has gone; there is nobody to tell
        }
        catch (Exception bug)
        {
            _logger.RequestFailed(http.Request.Method, http.Request.Path, bug);
            await TellAsync(
                http,
                new OpaProblem(
                    StatusCodes.Status500InternalServerError, "internal_error", "reeve failed unexpectedly; its log says where"));
        }

        _room.Counters.Count(handler, http.Response.StatusCode, Stopwatch.GetElapsedTime(begun));
    }

    // its own policy decides when it was asked for; else whoever may see everything may ask, and authors of everything may change it
    private async ValueTask MustMayAsync(HttpContext http, string path)
    {
        try
        {
            if (_access.IsOpen)
            {
                await _access.CallerAsync(http);
            }
            else if (_authorizer is null && !IsAtOrBelow(path, "/health"))
            {
                await _access.MustBeAsync(http, http.Request.Method is "PUT" or "PATCH" or "DELETE" ? Role.Author : Role.Viewer);
            }
        }
        catch (ApiProblem problem)
        {
            throw new OpaProblem(problem.Status, "unauthorized", problem.Message);
        }

        if (_authorizer is not null)
        {
            await _authorizer.MustPassAsync(http, path);
        }
    }

    private static ValueTask TellAsync(HttpContext http, OpaProblem problem) =>
        http.Response.HasStarted ? ValueTask.CompletedTask : OpaReply.ProblemAsync(http, problem);

    private static OpaHandler HandlerOf(string path) => path switch
    {
        _ when IsAtOrBelow(path, DataV1) => OpaHandler.Data,
        _ when IsAtOrBelow(path, DataV0) => OpaHandler.DataV0,
        _ when IsAtOrBelow(path, "/v1/query") => OpaHandler.Query,
        _ when IsAtOrBelow(path, "/v1/policies") => OpaHandler.Policies,
        _ when IsAtOrBelow(path, "/v1/compile") => OpaHandler.Compile,
        "/v1/config" => OpaHandler.Config,
        "/v1/status" => OpaHandler.Status,
        _ when IsAtOrBelow(path, "/health") => OpaHandler.Health,
        "/" => OpaHandler.Index,
        _ => OpaHandler.Other,
    };

    private static bool IsAtOrBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');

    private ValueTask RouteAsync(HttpContext http, string path, OpaHandler handler) => handler switch
    {
        OpaHandler.Data => DataAsync(http, path[DataV1.Length..]),
        OpaHandler.DataV0 => Only(http, "POST") ?? _data.PostBareAsync(http, path[DataV0.Length..]),
        OpaHandler.Query when path.Length == "/v1/query".Length => QueryAsync(http),
        OpaHandler.Policies => PoliciesAsync(http, path["/v1/policies".Length..]),
        OpaHandler.Compile when path.Length == "/v1/compile".Length => Only(http, "POST") ?? _compile.PostAsync(http),
        OpaHandler.Config => Only(http, "GET", "HEAD") ?? _status.ConfigAsync(http),
        OpaHandler.Status => Only(http, "GET", "HEAD") ?? _status.StatusAsync(http),
        OpaHandler.Health => Only(http, "GET", "HEAD") ?? HealthAsync(http, path["/health".Length..].Trim('/')),
        OpaHandler.Index => IndexAsync(http),
        _ when path == "/metrics" => Only(http, "GET", "HEAD") ?? MetricsAsync(http),
        _ when IsAtOrBelow(path, "/v1/batch/data") => Only(http, "POST") ?? _batches.PostAsync(http, path["/v1/batch/data".Length..]),
        _ => throw OpaProblem.NotFound($"there is nothing at {path}"),
    };

    private ValueTask DataAsync(HttpContext http, string path) => http.Request.Method switch
    {
        "POST" => _data.PostAsync(http, path),
        "GET" => _data.GetAsync(http, path),
        "PUT" => _writes.PutAsync(http, path),
        "PATCH" => _writes.PatchAsync(http, path),
        "DELETE" => _writes.DeleteAsync(http, path),
        _ => Only(http, "GET", "POST", "PUT", "PATCH", "DELETE")!.Value,
    };

    private ValueTask QueryAsync(HttpContext http) => http.Request.Method switch
    {
        "POST" => _queries.PostAsync(http),
        "GET" => _queries.GetAsync(http),
        _ => Only(http, "GET", "POST")!.Value,
    };

    private ValueTask PoliciesAsync(HttpContext http, string rest)
    {
        var id = WebUtility.UrlDecode(rest.Length > 0 ? rest[1..].Replace("+", "%2B", StringComparison.Ordinal) : "");
        return (http.Request.Method, id.Length) switch
        {
            ("GET" or "HEAD", 0) => _policies.ListAsync(http),
            ("GET" or "HEAD", _) => _policies.GetAsync(http, id),
            ("PUT", > 0) => _policies.PutAsync(http, id),
            ("DELETE", > 0) => _policies.DeleteAsync(http, id),
            (_, 0) => Only(http, "GET", "HEAD")!.Value,
            _ => Only(http, "GET", "HEAD", "PUT", "DELETE")!.Value,
        };
    }

    private ValueTask HealthAsync(HttpContext http, string path) =>
        path.Length == 0 ? _room.Health.GetAsync(http) : _room.Health.GetAsync(http, path);

    private ValueTask IndexAsync(HttpContext http) => http.Request.Method switch
    {
        "POST" => _data.PostBareAsync(http, "/" + _room.Config.DefaultDecision),
        "GET" or "HEAD" => OpaReply.SendAsync(
            http, StatusCodes.Status200OK, "reeve answers here as Open Policy Agent does\n"u8.ToArray(), "text/plain; charset=utf-8"),
        _ => Only(http, "GET", "HEAD", "POST")!.Value,
    };

    private ValueTask MetricsAsync(HttpContext http) => OpaReply.SendAsync(
        http, StatusCodes.Status200OK, System.Text.Encoding.UTF8.GetBytes(_room.Counters.Show()),
        "text/plain; version=0.0.4; charset=utf-8");

    // null when the method is one of these
    private static ValueTask? Only(HttpContext http, params ReadOnlySpan<string> methods)
    {
        if (methods.Contains(http.Request.Method))
        {
            return null;
        }

        http.Response.Headers.Allow = string.Join(", ", methods!);
        return OpaReply.ProblemAsync(
            http, new OpaProblem(StatusCodes.Status405MethodNotAllowed, "invalid_operation", $"{http.Request.Method} is not allowed here"));
    }
}
