using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary><c>/api/v1/incidents</c>.</summary>
internal static class IncidentOperations
{
    public static void Map(Routes routes)
    {
        routes.Get("/api/v1/incidents", Needs.Viewer, async call =>
            await Records.ListAsync(
                call, await call.State.Records.IncidentsAsync(Records.QueryOf(call), call.Aborted), CoreJson.Default.Incident));
        routes.Get("/api/v1/incidents/{id}", Needs.Viewer, async call =>
            await Records.OneAsync(
                call, StatusCodes.Status200OK, await Records.IncidentAsync(call, call.Route("id")), CoreJson.Default.Incident));
    }
}
