using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Loop;
using Reeve.Server.Access;
using Reeve.Server.Api.OpenApi;
using Reeve.Server.Api.Requests;
using Reeve.Server.Hosting;
using Reeve.Server.Intake;
using Reeve.Server.Watch;
using Reeve.Storage;

namespace Reeve.Server.Api;

/// <summary>Which operation answers which address; and what every request passes through.</summary>
internal static class ApiRoutes
{
    public static void Map(WebApplication web, ApiState state)
    {
        var logger = web.Services.GetRequiredService<ILoggerFactory>().CreateLogger("reeve.api");
        var rates = new RequestRates(state.Options.RequestsPerSecond, state.Runtime.Time);
        web.Use((http, next) => GuardAsync(http, next, state.Access, rates, logger));
        web.Use(async (http, next) =>
        {
            if (SenlinPort.Takes(http))
            {
                await SenlinPort.MustMayAsync(http, state);
            }

            if (!await state.Senlin.HandleAsync(http, SenlinPort.Prefix, SenlinPort.IsFrom(http)))
            {
                await next(http);
            }
        });
        web.UseRouting();
        web.Use(async (http, next) =>
        {
            // an address that is not there is told so by what comes after, to everybody alike
            if (http.GetEndpoint() is RouteEndpoint endpoint)
            {
                await state.Access.AdmitAsync(http, endpoint.Metadata.GetMetadata<Needs>());
            }

            await next(http);
        });

        // it is not needed before the first request, and reading it would hold the start up
        _ = Task.Run(() => OpenApiDocument.Current);
        var routes = new Routes(web, state);
        OpenApiOperations.Map(routes);
        HealthOperations.Map(routes);
        ApplyOperations.Map(routes);
        ResourceOperations.Map(routes);
        TargetOperations.Map(routes);
        PolicyTypeOperations.Map(routes);
        EventOperations.Map(routes);
        WatchOperations.Map(routes);
        AlertmanagerOperations.Map(routes);
        MetricsOperations.Map(routes);
        IncidentOperations.Map(routes);
        ApprovalOperations.Map(routes);
        ExecutionOperations.Map(routes);
        JournalOperations.Map(routes);
        StatusOperations.Map(routes);
        TokenOperations.Map(routes);
        SecretOperations.Map(routes);
        PluginOperations.Map(routes);
        ExplainOperations.Map(routes);
        web.UseEndpoints(_ => { });
    }

    // one place for everything that can go wrong with a request, so that every error has the same shape
    private static async Task GuardAsync(
        HttpContext http, RequestDelegate next, AccessGate gate, RequestRates rates, ILogger logger)
    {
        try
        {
            await gate.CallerAsync(http);
            rates.Count(http);
            await next(http);
            if (!http.Response.HasStarted && http.Response.ContentLength is null)
            {
                Explain(http);
            }
        }
        catch (ApiProblem problem)
        {
            await problem.WriteAsync(http);
        }
        catch (StoreException e) when (e.IsTransient && !http.Response.HasStarted)
        {
            await new ApiProblem(ErrorCodes.Unavailable, $"{e.Message}; try again later") { RetryAfter = 2 }.WriteAsync(http);
        }
        catch (BadHttpRequestException e)
        {
            await new ApiProblem(ErrorCodes.MalformedText, $"request: {e.Message.TrimEnd('.')}", e.StatusCode).WriteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // the caller has gone; there is nobody to tell
        }
        catch (Exception bug)
        {
            logger.RequestFailed(http.Request.Method, http.Request.Path, bug);
            if (!http.Response.HasStarted)
            {
                await new ApiProblem(ErrorCodes.Internal, "reeve failed unexpectedly; its log says where").WriteAsync(http);
            }
        }
    }

    private static void Explain(HttpContext http)
    {
        var path = Quote.Text(http.Request.Path);
        switch (http.Response.StatusCode)
        {
            case StatusCodes.Status404NotFound:
                throw new ApiProblem(ErrorCodes.NotFound, $"there is nothing at {path}");
            case StatusCodes.Status405MethodNotAllowed:
                throw new ApiProblem(
                    ErrorCodes.MethodNotAllowed,
                    $"{path} cannot be asked with {Quote.Text(http.Request.Method)}; use {http.Response.Headers.Allow}");
        }
    }
}

/// <summary>Maps operations: each gets the request as an <see cref="ApiCall"/>.</summary>
internal sealed class Routes(IEndpointRouteBuilder endpoints, ApiState state)
{
    public void Get(string pattern, Needs needs, Func<ApiCall, Task> operation) =>
        Map([HttpMethods.Get, HttpMethods.Head], pattern, needs, operation);

    public void Post(string pattern, Needs needs, Func<ApiCall, Task> operation) =>
        Map([HttpMethods.Post], pattern, needs, call => call.State.Idempotency.RunAsync(call, operation));

    public void Put(string pattern, Needs needs, Func<ApiCall, Task> operation) =>
        Map([HttpMethods.Put], pattern, needs, operation);

    public void Delete(string pattern, Needs needs, Func<ApiCall, Task> operation) =>
        Map([HttpMethods.Delete], pattern, needs, operation);

    /// <summary>A POST whose reply is told once and never kept, so that it takes no idempotency key.</summary>
    public void PostOnce(string pattern, Needs needs, Func<ApiCall, Task> operation) =>
        Map([HttpMethods.Post], pattern, needs, call => call.Http.Request.Headers["Idempotency-Key"].Count == 0
            ? operation(call)
            : throw new ApiProblem(ErrorCodes.NotAllowed, "idempotency-key: this reply is told once and never kept; leave the key out"));

    private void Map(string[] methods, string pattern, Needs needs, Func<ApiCall, Task> operation) =>
        endpoints.MapMethods(pattern, methods, Checked(methods[0], pattern.Replace("{**", "{", StringComparison.Ordinal), operation))
            .WithMetadata(needs);

    private RequestDelegate Checked(string method, string pattern, Func<ApiCall, Task> operation) => http =>
    {
        if (LoopTraces.Source.HasListeners() && Activity.Current is { } span)
        {
            span.DisplayName = $"{http.Request.Method} {pattern}";
            span.SetTag("http.route", pattern);
        }

        if (http.Request.Query.Count > 0 && OpenApiDocument.Current.Find(method, pattern) is { } described)
        {
            OpenApiOperations.Check(described, http.Request.Query);
        }

        return operation(new ApiCall(http, state));
    };
}
