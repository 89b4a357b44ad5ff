using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary>
/// <c>/api/v1/journal</c>. With <c>order=oldest</c>, the number of the
/// last entry seen is the cursor (<c>after</c>) for those that come later.
/// </summary>
internal static class JournalOperations
{
    public static void Map(Routes routes) => routes.Get("/api/v1/journal", Needs.Viewer, async call =>
    {
        var query = Records.QueryOf(call) with { Status = call.Query("kind") ?? call.Query("status") };
        var page = await call.State.Records.JournalAsync(query, call.Aborted);
        await Paging.WriteAsync(call, page.Items, page.Next, Records.Write);
    });
}
