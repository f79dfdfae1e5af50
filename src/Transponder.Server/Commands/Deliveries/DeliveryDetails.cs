using System.Globalization;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using Outcome = Transponder.V1.DeliveryAttempt.Types.Outcome;

namespace Transponder.Server.Commands.Deliveries;

/// <summary>One delivery, whole.</summary>
internal static class DeliveryDetails
{
    public static void Show(Screen screen, Delivery delivery)
    {
        if (screen.IsJson)
        {
            screen.Json(delivery);
            return;
        }

        screen.Facts(
            ("Delivery", new Cell(delivery.Id, Ink.Strong)),
            ("State", DeliveryList.State(delivery.State)),
            ("Reason", delivery.Reason is "ok" ? "" : delivery.Reason),
            ("Execution", ExecutionName.Text(delivery.Execution)),
            ("Phase", delivery.Phase.ToString().ToLowerInvariant()),
            ("Asked for", delivery.FromTask ? $"by a task{(delivery.Sender.Length > 0 ? $", through {delivery.Sender}" : "")}" : ""),
            ("Channel", delivery.Channel),
            ("Address", delivery.Address),
            ("Target", delivery.Target == delivery.Address ? "" : delivery.Target),
            ("Destination", delivery.Destination),
            ("Subject", delivery.Subject),
            ("Created", Moments.Text(delivery.CreatedAt)),
            ("Updated", Moments.Text(delivery.UpdatedAt)),
            ("Next try", Moments.Text(delivery.NextAttemptAt)),
            ("Replayed", delivery.Replayed ? "yes" : "")
        );
        if (delivery.Attempts.Count == 0)
            return;
        screen.Line();
        var attempts = new TextTable(
            new TextColumn("TRY", IsNumber: true),
            new TextColumn("STARTED"),
            new TextColumn("TOOK", IsNumber: true),
            new TextColumn("OUTCOME"),
            new TextColumn("REASON"),
            new TextColumn("ANSWER", IsProse: true)
        );
        foreach (var attempt in delivery.Attempts)
            attempts.Add(
                attempt.Number.ToString(CultureInfo.InvariantCulture),
                Moments.Text(attempt.StartedAt),
                $"{attempt.LatencyMs} ms",
                new Cell(attempt.Outcome.ToString().ToLowerInvariant(), Colour(attempt.Outcome)),
                attempt.Reason,
                attempt.Detail
            );
        screen.Table(attempts);
    }

    private static Ink Colour(Outcome outcome) =>
        outcome switch
        {
            Outcome.Delivered => Ink.Good,
            Outcome.Rejected => Ink.Bad,
            _ => Ink.Doubtful,
        };
}
