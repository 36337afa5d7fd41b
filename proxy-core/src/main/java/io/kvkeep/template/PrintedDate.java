package io.kvkeep.template;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks for today's date in a rendered prompt whose conversation holds none. */
final class PrintedDate {
    /** gpt-oss; Llama 3 under llama.cpp; Granite; Mistral. */
    private static final List<DateTimeFormatter> FORMS = List.of(
            DateTimeFormatter.ISO_LOCAL_DATE,
            DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("MMMM dd, yyyy", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("MMMM d, yyyy", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ENGLISH));

    private PrintedDate() {}

    /** Returns the date as it is printed; a day more or less counts, for engines in another time zone. */
    static Optional<String> find(String prompt, LocalDate today) {
        for (int days = -1; days <= 1; days++) {
            for (DateTimeFormatter form : FORMS) {
                String date = today.plusDays(days).format(form);
                if (prompt.contains(date)) {
                    return Optional.of(date);
                }
            }
        }
        return Optional.empty();
    }
}
