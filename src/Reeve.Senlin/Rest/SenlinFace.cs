using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Reeve.Senlin.Rest;

/// <summary>Senlin's REST face: which operation answers which address.</summary>
public static class SenlinFace
{
    /// <summary>The last microversion is 1.14.</summary>
    public const int LastMinor = 14;

    /// <summary>Maps the face below a prefix such as <c>/senlin</c>.</summary>
    public static void MapSenlin(this IEndpointRouteBuilder endpoints, string prefix, TimeProvider time)
    {
        var routes = new SenlinRoutes(endpoints, prefix);
        PolicyRoutes.Map(routes, time);
    }
}

/// <summary>Maps operations; each error of theirs has Senlin's shape.</summary>
internal sealed class SenlinRoutes(IEndpointRouteBuilder endpoints, string prefix)
{
    public void Get(string pattern, Func<SenlinCall, Task> operation) => Map([HttpMethods.Get, HttpMethods.Head], pattern, operation);

    public void Post(string pattern, Func<SenlinCall, Task> operation) => Map([HttpMethods.Post], pattern, operation);

    public void Patch(string pattern, Func<SenlinCall, Task> operation) => Map([HttpMethods.Patch], pattern, operation);

    public void Delete(string pattern, Func<SenlinCall, Task> operation) => Map([HttpMethods.Delete], pattern, operation);

    private void Map(IEnumerable<string> methods, string pattern, Func<SenlinCall, Task> operation) =>
        endpoints.MapMethods(prefix + pattern, methods, (RequestDelegate)(http => AnswerAsync(new SenlinCall(http), operation)));

    private static async Task AnswerAsync(SenlinCall call, Func<SenlinCall, Task> operation)
    {
        try
        {
            await operation(call);
        }
        catch (SenlinFault fault)
        {
            await call.ReplyAsync(fault.Status, fault.Write);
        }
    }
}
