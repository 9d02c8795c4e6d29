package org.countersign.rotation;

import java.util.List;

/** Tells whether the service would load its policy, with the table file as it is now. */
public interface PolicyCheck {
    /** There is no policy file to look at. */
    PolicyCheck NONE = List::of;

    /** Why the policy would not load, a line for each problem; none if it would. */
    List<String> problems();
}
