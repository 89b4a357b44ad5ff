using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Incidents;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary><c>/api/v1/approvals</c>: what people are asked, and their answers.</summary>
internal static class ApprovalOperations
{
    private const int LongestComment = 2000;

    public static void Map(Routes routes)
    {
        routes.Get("/api/v1/approvals", Needs.Viewer, async call =>
            await Records.ListAsync(
                call, await call.State.Records.ApprovalsAsync(Records.QueryOf(call), call.Aborted), CoreJson.Default.Approval));
        routes.Get("/api/v1/approvals/{id}", Needs.Viewer, async call =>
            await Records.OneAsync(
                call, StatusCodes.Status200OK, await Records.ApprovalAsync(call, call.Route("id")), CoreJson.Default.Approval));
        routes.Post("/api/v1/approvals/{id}", Needs.Approver, DecideAsync);
    }

    private static async Task DecideAsync(ApiCall call)
    {
        var body = await call.ObjectAsync();
        var mistakes = new List<Mistake>();
        var fields = new FieldReader(body, "", mistakes);
        var decision = fields.RequiredText("decision");
        var comment = fields.Text("comment");
        if (decision.Length > 0 && decision is not ("approve" or "deny"))
        {
            fields.Report(ErrorCodes.NotAllowed, "decision", $"expected `approve` or `deny`, found {Quote.Text(decision)}");
        }

        if (comment?.Length > LongestComment)
        {
            fields.Report(ErrorCodes.TooLarge, "comment", $"it has {comment.Length} characters, {LongestComment} are allowed");
        }

        fields.Close();
        if (mistakes.Count > 0)
        {
            throw ApiProblem.InDocuments(mistakes);
        }

        ApplyOperations.MustServe(call);
        var approval = await Records.ApprovalAsync(call, call.Route("id"));
        var wanted = decision == "approve" ? ApprovalStatus.Approved : ApprovalStatus.Denied;
        var decided = approval.Status == ApprovalStatus.Pending
            ? await call.State.Runtime.DecideAsync(approval.Subject, wanted, call.Who, comment, call.Aborted)
            : null;
        if (decided is null)
        {
            approval = await Records.ApprovalAsync(call, call.Route("id"));

            // the same answer again is the same answer: whoever lost the reply may repeat the request
            if (approval.Status != wanted)
            {
                throw new ApiProblem(
                    ErrorCodes.Conflict,
                    $"approval {Quote.Text(approval.Id.Value)} waits for no answer: it is "
                        + $"{approval.Status.ToString().ToLowerInvariant()}{By(approval)}");
            }

            decided = approval;
        }

        await Records.OneAsync(call, StatusCodes.Status200OK, decided, CoreJson.Default.Approval);
    }

    private static string By(Approval approval) =>
        approval.DecidedBy is null ? "" : $" (by {approval.DecidedBy} at {approval.DecidedAt:u})";
}
